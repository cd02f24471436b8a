package io.postbus.store.jdbc;

import io.postbus.spi.DedupStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Marks as rows, which the cleaner removes once their time is over. Thread-safe. */
final class JdbcDedupStore implements DedupStore {
  private static final String IDS = " WHERE space = ? AND to_group = ? AND message_id IN (%s)";

  private final Access access;
  private final Inserts<Mark> inserts;
  private final String completed;
  private final String prolong;
  private final String add;
  private final String revive;

  private record Mark(int space, String group, String id, long until) {}

  JdbcDedupStore(Access access) {
    this.access = access;
    String table = access.tables().done;
    String now = access.dialect().nowMicros();
    List<String> columns = List.of("until_us", "space", "to_group", "message_id");
    this.inserts = new Inserts<>(access, table, columns, JdbcDedupStore::bind, mark -> 0);
    this.completed = "SELECT message_id FROM " + table + IDS + " AND until_us > " + now;
    this.prolong = "UPDATE " + table + " SET until_us = ?" + IDS + " AND until_us < ?";
    String plain =
        "INSERT INTO %s (%s) VALUES (%s)"
            .formatted(table, String.join(", ", columns), Sql.marks(columns.size()));
    this.add = access.dialect().countsInserted() ? plain + " ON CONFLICT DO NOTHING" : plain;
    this.revive =
        "UPDATE " + table + " SET until_us = ?" + IDS.formatted("?") + " AND until_us <= " + now;
  }

  private static void bind(PreparedStatement ps, int at, Mark mark) throws SQLException {
    ps.setLong(at, mark.until);
    ps.setInt(at + 1, mark.space);
    ps.setString(at + 2, mark.group);
    ps.setString(at + 3, mark.id);
  }

  @Override
  public Set<String> completed(String group, Collection<String> ids) {
    JdbcDelayStore.bounded(ids.size());
    return ids.isEmpty()
        ? Set.of()
        : access.read((c, space) -> completed(c, space, group, List.copyOf(ids)));
  }

  private Set<String> completed(Connection c, Space space, String group, List<String> ids)
      throws SQLException {
    Set<String> found = new HashSet<>();
    for (List<Object> some : Sql.portions(ids)) {
      String sql = completed.formatted(Sql.marks(some.size()));
      some.addAll(0, List.of(space.id(), group));
      try (PreparedStatement ps = Sql.prepare(c, sql, some.toArray())) {
        ResultSet r = ps.executeQuery();
        while (r.next()) {
          found.add(Sql.text(r, 1));
        }
      }
    }
    return found;
  }

  @Override
  public void complete(String group, Collection<String> ids, Instant keepUntil) {
    JdbcDelayStore.bounded(ids.size());
    List<String> sorted = List.copyOf(new TreeSet<>(ids));
    long until = Micros.of(keepUntil);
    if (!sorted.isEmpty()) {
      access.write(
          (c, space) -> {
            inserts.add(
                c, sorted.stream().map(id -> new Mark(space.id(), group, id, until)).toList());
            prolong(c, space, group, sorted, until);
            return true;
          });
    }
  }

  private void prolong(Connection c, Space space, String group, List<String> ids, long until)
      throws SQLException {
    for (List<Object> some : Sql.portions(ids)) {
      String sql = prolong.formatted(Sql.marks(some.size()));
      List<Object> values = new ArrayList<>(List.of(until, space.id(), group));
      values.addAll(some);
      values.add(until);
      try (PreparedStatement ps = Sql.prepare(c, sql, values.toArray())) {
        ps.executeUpdate();
      }
    }
  }

  @Override
  public boolean completeIn(Connection transaction, String group, String id, Instant keepUntil) {
    Object until = Micros.of(keepUntil);
    return access.within(
        transaction,
        (c, space) -> {
          Object[] values = {until, space.id(), group, id};
          return added(c, values) || update(c, revive, values);
        });
  }

  /** Waits for another transaction that is adding the same. */
  private boolean added(Connection c, Object... values) throws SQLException {
    try {
      return update(c, add, values);
    } catch (SQLException e) {
      if (!JdbcErrors.duplicate(e)) {
        throw e;
      }
      return false;
    }
  }

  private static boolean update(Connection c, String sql, Object... values) throws SQLException {
    try (PreparedStatement ps = Sql.prepare(c, sql, values)) {
      return ps.executeUpdate() > 0;
    }
  }
}

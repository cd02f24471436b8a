package io.postbus.store.jdbc;

import io.postbus.spi.DedupStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
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
  private static final List<String> COLUMNS =
      List.of("until_us", "space", "to_group", "message_id");
  private static final String IDS = " WHERE space = ? AND to_group = ? AND message_id IN (%s)";

  private final Access access;
  private final Inserts<Mark> inserts;
  private final String table;
  private final String now;

  private record Mark(int space, String group, String id, long until) {}

  JdbcDedupStore(Access access) {
    this.access = access;
    this.table = access.tables().done;
    this.now = access.dialect().nowMicros();
    this.inserts = new Inserts<>(access, table, COLUMNS, JdbcDedupStore::bind, mark -> 0);
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
    String select = "SELECT message_id FROM " + table + IDS + " AND until_us > " + now;
    return ids.isEmpty()
        ? Set.of()
        : access.read(
            (c, space) -> {
              Set<String> found = new HashSet<>();
              for (List<Object> some : Sql.portions(List.copyOf(ids))) {
                String sql = select.formatted(Sql.marks(some.size()));
                some.addAll(0, List.of(space.id(), group));
                found.addAll(Sql.rows(c, sql, r -> Sql.text(r, 1), some.toArray()));
              }
              return found;
            });
  }

  @Override
  public void complete(String group, Collection<String> ids, Instant keepUntil) {
    JdbcDelayStore.bounded(ids.size());
    if (!ids.isEmpty()) {
      List<String> inOrder = List.copyOf(new TreeSet<>(ids));
      long until = Micros.of(keepUntil);
      access.write((c, space) -> complete(c, space, group, inOrder, until));
    }
  }

  private boolean complete(Connection c, Space space, String group, List<String> ids, long until)
      throws SQLException {
    inserts.add(c, ids.stream().map(id -> new Mark(space.id(), group, id, until)).toList());
    String prolong = "UPDATE " + table + " SET until_us = ?" + IDS + " AND until_us < ?";
    for (List<Object> some : Sql.portions(ids)) {
      List<Object> values = new ArrayList<>(List.of(until, space.id(), group));
      values.addAll(some);
      values.add(until);
      Sql.update(c, prolong.formatted(Sql.marks(some.size())), values.toArray());
    }
    return true;
  }

  @Override
  public void forget(String group, Collection<String> ids) {
    JdbcDelayStore.bounded(ids.size());
    if (!ids.isEmpty()) {
      List<String> inOrder = List.copyOf(new TreeSet<>(ids));
      access.write((c, space) -> forget(c, space, group, inOrder));
    }
  }

  private boolean forget(Connection c, Space space, String group, List<String> ids)
      throws SQLException {
    for (List<Object> some : Sql.portions(ids)) {
      List<Object> values = new ArrayList<>(List.of(space.id(), group));
      values.addAll(some);
      String delete = "DELETE FROM " + table + IDS;
      Sql.update(c, delete.formatted(Sql.marks(some.size())), values.toArray());
    }
    return true;
  }

  @Override
  public boolean completeIn(Connection transaction, String group, String id, Instant keepUntil) {
    String add =
        "INSERT INTO %s (%s) VALUES (?, ?, ?, ?)".formatted(table, String.join(", ", COLUMNS));
    String revive = "UPDATE " + table + " SET until_us = ?" + IDS + " AND until_us <= " + now;
    return access.within(
        transaction,
        (c, space) -> {
          Object[] values = {Micros.of(keepUntil), space.id(), group, id};
          return Sql.add(c, access.dialect(), add, values)
              || Sql.update(c, revive.formatted("?"), values) > 0;
        });
  }
}

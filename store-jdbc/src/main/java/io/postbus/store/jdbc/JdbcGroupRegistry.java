package io.postbus.store.jdbc;

import io.postbus.spi.Group;
import io.postbus.spi.GroupRegistry;
import io.postbus.spi.Order;
import io.postbus.spi.TypeFilter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Groups as rows: few, and rarely changed. Thread-safe. */
final class JdbcGroupRegistry implements GroupRegistry {
  /** No name holds one. */
  private static final String SEPARATOR = "\n";

  private static final String ROW = " WHERE space = ? AND name = ?";

  private final Access access;
  private final String table;
  private final String select;

  JdbcGroupRegistry(Access access) {
    this.access = access;
    this.table = access.tables().group;
    this.select = "SELECT name, topics, types, kind, since_us FROM " + table;
  }

  @Override
  public Optional<Group> register(Group group) {
    String topics = String.join(SEPARATOR, group.topics());
    String types = String.join(SEPARATOR, group.types().patterns());
    String kind = group.order().name();
    String update = "UPDATE " + table + " SET topics = ?, types = ?, kind = ?" + ROW;
    String insert =
        "INSERT INTO %s (topics, types, kind, space, name, since_us) VALUES (?, ?, ?, ?, ?, ?)"
            .formatted(table);
    return access.write(
        (c, space) -> {
          int id = space.id();
          String locking = select + ROW + " FOR UPDATE";
          var before = Sql.row(c, locking, JdbcGroupRegistry::group, id, group.name());
          if (before.isPresent()) {
            Sql.update(c, update, topics, types, kind, id, group.name());
          } else {
            long since = Micros.of(group.since());
            Object[] values = {topics, types, kind, id, group.name(), since};
            if (!Sql.add(c, access.dialect(), insert, values)) {
              throw JdbcErrors.overtaken();
            }
          }
          return before;
        });
  }

  @Override
  public void remove(String group) {
    String sql = "DELETE FROM " + table + ROW;
    access.write((c, space) -> Sql.update(c, sql, space.id(), group));
  }

  @Override
  public Optional<Group> find(String group) {
    return access.read(
        (c, space) -> Sql.row(c, select + ROW, JdbcGroupRegistry::group, space.id(), group));
  }

  @Override
  public List<Group> groupsOf(String topic) {
    return all().stream().filter(g -> g.topics().contains(topic)).toList();
  }

  @Override
  public List<Group> all() {
    String sql = select + " WHERE space = ?";
    return access
        .read((c, space) -> Sql.rows(c, sql, JdbcGroupRegistry::group, space.id()))
        .stream()
        .sorted(Comparator.comparing(Group::name))
        .toList();
  }

  private static Group group(ResultSet r) throws SQLException {
    return new Group(
        r.getString(1),
        names(r.getString(2)),
        TypeFilter.of(names(r.getString(3))),
        Order.valueOf(r.getString(4)),
        Micros.instant(r.getLong(5)));
  }

  private static Set<String> names(String text) {
    return text.isEmpty() ? Set.of() : Set.of(text.split(SEPARATOR, -1));
  }
}

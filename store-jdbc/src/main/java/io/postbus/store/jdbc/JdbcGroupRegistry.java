package io.postbus.store.jdbc;

import io.postbus.spi.Group;
import io.postbus.spi.GroupRegistry;
import io.postbus.spi.Order;
import io.postbus.spi.TypeFilter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Groups as rows: few, and rarely changed. Thread-safe. */
final class JdbcGroupRegistry implements GroupRegistry {
  /** No name holds one. */
  private static final String SEPARATOR = "\n";

  private final Access access;
  private final String select;
  private final String insert;
  private final String update;
  private final String delete;

  JdbcGroupRegistry(Access access) {
    this.access = access;
    String table = access.tables().group;
    String one = " WHERE space = ? AND name = ?";
    this.select = "SELECT name, topics, types, kind, since_us FROM " + table + " WHERE space = ?";
    this.insert =
        "INSERT INTO "
            + table
            + " (topics, types, kind, space, name, since_us) VALUES (?, ?, ?, ?, ?, ?)";
    this.update = "UPDATE " + table + " SET topics = ?, types = ?, kind = ?" + one;
    this.delete = "DELETE FROM " + table + one;
  }

  @Override
  public Optional<Group> register(Group group) {
    return access.write(
        (c, space) -> {
          List<Object> values =
              new ArrayList<>(
                  List.of(
                      String.join(SEPARATOR, group.topics()),
                      String.join(SEPARATOR, group.types().patterns()),
                      group.order().name(),
                      space.id(),
                      group.name()));
          String locked = select + " AND name = ? FOR UPDATE";
          Optional<Group> before = groups(c, locked, space.id(), group.name()).stream().findFirst();
          if (before.isPresent()) {
            execute(c, update, values);
          } else {
            values.add(Micros.of(group.since()));
            add(c, values);
          }
          return before;
        });
  }

  private void add(Connection c, Collection<Object> values) throws SQLException {
    try {
      execute(c, insert, values);
    } catch (SQLException e) {
      throw JdbcErrors.duplicate(e) ? JdbcErrors.overtaken() : e;
    }
  }

  @Override
  public void remove(String group) {
    access.write((c, space) -> execute(c, delete, List.of(space.id(), group)));
  }

  private static int execute(Connection c, String sql, Collection<Object> values)
      throws SQLException {
    try (PreparedStatement ps = Sql.prepare(c, sql, values.toArray())) {
      return ps.executeUpdate();
    }
  }

  @Override
  public Optional<Group> find(String group) {
    String sql = select + " AND name = ?";
    return access.read((c, space) -> groups(c, sql, space.id(), group).stream().findFirst());
  }

  @Override
  public List<Group> groupsOf(String topic) {
    return all().stream().filter(g -> g.topics().contains(topic)).toList();
  }

  @Override
  public List<Group> all() {
    return access.read((c, space) -> groups(c, select, space.id()));
  }

  private static List<Group> groups(Connection c, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement ps = Sql.prepare(c, sql, values)) {
      ResultSet r = ps.executeQuery();
      List<Group> all = new ArrayList<>();
      while (r.next()) {
        all.add(
            new Group(
                r.getString(1),
                names(r.getString(2)),
                TypeFilter.of(names(r.getString(3))),
                Order.valueOf(r.getString(4)),
                Micros.instant(r.getLong(5))));
      }
      all.sort(Comparator.comparing(Group::name));
      return all;
    }
  }

  private static Set<String> names(String text) {
    return text.isEmpty() ? Set.of() : Set.of(text.split(SEPARATOR, -1));
  }
}

package io.postbus.store.jdbc;

import io.postbus.spi.ConfigurationException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A namespace's part of the tables. Immutable.
 *
 * @param id from 1 on; 0 is the tables' own
 * @param shards how many it is divided into, for life
 */
record Space(int id, int shards) {
  private static final int BITS = 16;

  /** The value of a column {@code shard}. */
  int shard(int number) {
    if (number < 0 || number >= shards) {
      throw new IllegalArgumentException("There is no shard " + number + " among " + shards);
    }
    return id << BITS | number;
  }

  /** Behind every value of a column {@code shard}. */
  int end() {
    return (id << BITS) + shards;
  }

  /** All values of a column {@code shard}, of all namespaces. */
  static List<Integer> shards(Connection c, Tables tables) throws SQLException {
    try (Statement s = c.createStatement()) {
      ResultSet row = s.executeQuery("SELECT id, shards FROM " + tables.space);
      List<Integer> all = new ArrayList<>();
      while (row.next()) {
        Space space = new Space(row.getInt(1), row.getInt(2));
        IntStream.range(0, space.shards).forEach(n -> all.add(space.shard(n)));
      }
      return all;
    }
  }

  static Optional<Space> find(Connection c, Tables tables, String namespace) throws SQLException {
    String sql = "SELECT id, shards FROM " + tables.space + " WHERE name = ?";
    try (PreparedStatement ps = c.prepareStatement(sql)) {
      ps.setString(1, namespace);
      ResultSet row = ps.executeQuery();
      return row.next() ? Optional.of(new Space(row.getInt(1), row.getInt(2))) : Optional.empty();
    }
  }

  /** The namespace's part, new if there is none. */
  static Space findOrAdd(Connection c, Tables tables, String namespace, int shards)
      throws SQLException {
    Optional<Space> known = find(c, tables, namespace);
    if (known.isPresent()) {
      return known.get().require(shards);
    }
    String next = "SELECT COALESCE(MAX(id), 0) + 1, ?, ? FROM ";
    String sql = "INSERT INTO " + tables.space + " (id, name, shards) " + next + tables.space;
    try (PreparedStatement ps = c.prepareStatement(sql)) {
      ps.setString(1, namespace);
      ps.setInt(2, shards);
      ps.executeUpdate();
    } catch (SQLException e) {
      throw JdbcErrors.duplicate(e) ? JdbcErrors.overtaken() : e;
    }
    return find(c, tables, namespace).orElseThrow();
  }

  private Space require(int wanted) {
    if (shards != wanted) {
      throw new ConfigurationException(
          "The store has %d shards for life, not %d: set delays.shards to %d, or choose another namespace or table-prefix"
              .formatted(shards, wanted, shards),
          null);
    }
    return this;
  }
}

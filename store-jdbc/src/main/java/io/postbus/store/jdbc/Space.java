package io.postbus.store.jdbc;

import io.postbus.spi.ConfigurationException;
import java.sql.Connection;
import java.sql.SQLException;
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
  private static final String SELECT = "SELECT id, shards FROM ";

  /** The value of a column {@code shard}. */
  int shard(int number) {
    if (number < 0 || number >= shards) {
      throw new IllegalArgumentException("There is no shard " + number + " among " + shards);
    }
    return id << BITS | number;
  }

  /** All values of a column {@code shard}, in order. */
  List<Integer> all() {
    return IntStream.range(0, shards).mapToObj(this::shard).toList();
  }

  static Optional<Space> find(Connection c, Tables tables, String namespace) throws SQLException {
    String sql = SELECT + tables.space + " WHERE name = ?";
    return Sql.row(c, sql, r -> new Space(r.getInt(1), r.getInt(2)), namespace);
  }

  static List<Space> findAll(Connection c, Tables tables) throws SQLException {
    return Sql.rows(c, SELECT + tables.space, r -> new Space(r.getInt(1), r.getInt(2)));
  }

  /** The namespace's part, new if there is none. */
  static Space findOrAdd(Connection c, Tables tables, String namespace, int shards)
      throws SQLException {
    Optional<Space> known = find(c, tables, namespace);
    if (known.isPresent()) {
      return known.get().require(shards);
    }
    String next = "SELECT COALESCE(MAX(id), 0) + 1, ?, ? FROM " + tables.space;
    String sql = "INSERT INTO " + tables.space + " (id, name, shards) " + next;
    try {
      Sql.update(c, sql, namespace, shards);
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

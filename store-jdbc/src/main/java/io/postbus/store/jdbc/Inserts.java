package io.postbus.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Adds the rows of one table whose key is not taken, many with a statement. Immutable.
 *
 * @param <R> what a row is made of
 */
final class Inserts<R> {
  private static final int MOST = 128;
  private static final int MAX_BYTES = 4_000_000;

  /** What a statement may grow by when its values are escaped, and what stands around them. */
  private static final int GROWTH = 3;

  /** Sets a row's values from a place on. */
  interface Binder<R> {
    void bind(PreparedStatement ps, int at, R row) throws SQLException;
  }

  private final Access access;
  private final String head;
  private final String tail;
  private final String row;
  private final int columns;
  private final Binder<R> binder;
  private final ToIntFunction<R> bytes;

  /**
   * The rows of a table.
   *
   * @param columns their names; the last is part of the key
   * @param bytes how large a row is, where that may be much
   */
  Inserts(
      Access access, String table, List<String> columns, Binder<R> binder, ToIntFunction<R> bytes) {
    this.access = access;
    this.head = "INSERT INTO " + table + " (" + String.join(", ", columns) + ") VALUES ";
    this.tail = access.dialect().passingOver(table, columns.get(columns.size() - 1));
    this.columns = columns.size();
    this.row = "(" + Sql.marks(this.columns) + ")";
    this.binder = binder;
    this.bytes = bytes;
  }

  /**
   * Adds the rows.
   *
   * @param rows in the order of their keys, so that two who add the same wait for each other once
   */
  void add(Connection c, List<R> rows) throws SQLException {
    for (int at = 0; at < rows.size(); ) {
      int count = chunk(rows, at);
      addChunk(c, rows.subList(at, at + count));
      at += count;
    }
  }

  private int chunk(List<R> rows, int at) {
    long most = Math.min(MAX_BYTES, access.packet() / GROWTH);
    int fitting = 0;
    long size = 0;
    while (at + fitting < rows.size() && fitting < MOST && size <= most) {
      size += bytes.applyAsInt(rows.get(at + fitting));
      fitting += size <= most ? 1 : 0;
    }
    return Math.max(1, fitting);
  }

  private void addChunk(Connection c, List<R> rows) throws SQLException {
    try {
      insert(c, rows);
    } catch (SQLException e) {
      // Only where nothing passes over taken keys; the whole statement is undone then.
      if (!JdbcErrors.duplicate(e) || !tail.isEmpty()) {
        throw e;
      }
      for (R row : rows.size() == 1 ? List.<R>of() : rows) {
        addChunk(c, List.of(row));
      }
    }
  }

  private void insert(Connection c, List<R> rows) throws SQLException {
    StringBuilder sql = new StringBuilder(head);
    for (int i = 0; i < rows.size(); i++) {
      sql.append(i == 0 ? "" : ", ").append(row);
    }
    try (PreparedStatement ps = c.prepareStatement(sql.append(tail).toString())) {
      for (int i = 0; i < rows.size(); i++) {
        binder.bind(ps, i * columns + 1, rows.get(i));
      }
      ps.executeUpdate();
    }
  }
}

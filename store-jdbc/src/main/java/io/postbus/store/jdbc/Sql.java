package io.postbus.store.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Statements with their values, on a connection whose transaction is the caller's. */
final class Sql {
  private static final int MOST = 500;

  private Sql() {}

  /** What a row means. */
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  static <T> List<T> rows(Connection c, String sql, Row<T> row, Object... values)
      throws SQLException {
    try (PreparedStatement ps = prepare(c, sql, values)) {
      ResultSet r = ps.executeQuery();
      List<T> all = new ArrayList<>();
      while (r.next()) {
        all.add(row.read(r));
      }
      return all;
    }
  }

  static <T> Optional<T> row(Connection c, String sql, Row<T> row, Object... values)
      throws SQLException {
    return rows(c, sql, row, values).stream().findFirst();
  }

  /** How many rows the statement found and changed. */
  static int update(Connection c, String sql, Object... values) throws SQLException {
    try (PreparedStatement ps = prepare(c, sql, values)) {
      return ps.executeUpdate();
    }
  }

  /**
   * Adds one row; waits for another transaction that is adding the same.
   *
   * @return false if its key is taken
   */
  static boolean add(Connection c, Dialect dialect, String sql, Object... values)
      throws SQLException {
    try {
      return update(c, sql + dialect.surviving(), values) > 0;
    } catch (SQLException e) {
      if (!JdbcErrors.duplicate(e)) {
        throw e;
      }
      return false;
    }
  }

  /** The statement for each row of values; how many rows each found and changed. */
  static int[] batch(Connection c, String sql, List<List<Object>> rows) throws SQLException {
    try (PreparedStatement ps = c.prepareStatement(sql)) {
      for (List<Object> row : rows) {
        set(ps, row.toArray());
        ps.addBatch();
      }
      return ps.executeBatch();
    }
  }

  private static PreparedStatement prepare(Connection c, String sql, Object... values)
      throws SQLException {
    PreparedStatement ps = c.prepareStatement(sql);
    set(ps, values);
    return ps;
  }

  private static void set(PreparedStatement ps, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      ps.setObject(i + 1, values[i]);
    }
  }

  /** So many question marks. */
  static String marks(int count) {
    return String.join(", ", Collections.nCopies(count, "?"));
  }

  /** The text of a column that is text in one database and bytes in another. */
  static String text(ResultSet row, int column) throws SQLException {
    return new String(row.getBytes(column), StandardCharsets.UTF_8);
  }

  /**
   * The values in portions of few different sizes, so that few different statements are prepared;
   * where a portion is short its last value is repeated.
   */
  static List<List<Object>> portions(List<?> values) {
    List<List<Object>> all = new ArrayList<>();
    for (int at = 0; at < values.size(); at += MOST) {
      List<Object> some = new ArrayList<>(values.subList(at, Math.min(at + MOST, values.size())));
      int length = 1;
      while (length < some.size()) {
        length *= 2;
      }
      length = Math.min(length, MOST);
      some.addAll(Collections.nCopies(length - some.size(), some.get(some.size() - 1)));
      all.add(some);
    }
    return all;
  }
}

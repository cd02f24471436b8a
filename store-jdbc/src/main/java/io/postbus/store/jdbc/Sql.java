package io.postbus.store.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Small things around statements. */
final class Sql {
  private static final int FEW = 20;
  private static final int MOST = 500;

  private Sql() {}

  /** A statement with its values; what closes it closes its rows. */
  static PreparedStatement prepare(Connection c, String sql, Object... values) throws SQLException {
    PreparedStatement ps = c.prepareStatement(sql);
    try {
      for (int i = 0; i < values.length; i++) {
        ps.setObject(i + 1, values[i]);
      }
      return ps;
    } catch (SQLException | RuntimeException e) {
      ps.close();
      throw e;
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
      int length = some.size() == 1 ? 1 : some.size() <= FEW ? FEW : MOST;
      some.addAll(Collections.nCopies(length - some.size(), some.get(some.size() - 1)));
      all.add(some);
    }
    return all;
  }
}

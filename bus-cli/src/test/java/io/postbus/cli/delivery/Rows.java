package io.postbus.cli.delivery;

import io.postbus.testbrokers.MariaDbBroker;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The application's own table: a row for each message that was published in a transaction. */
final class Rows implements AutoCloseable {
  /** What happens in a transaction, beside the row. */
  interface Work {
    void on(Connection transaction);
  }

  static final String URL = "ROWS_URL";
  static final String USER = "ROWS_USER";
  static final String PASSWORD = "ROWS_PASSWORD";
  private static final String TABLE = "chaos_rows";

  private @Nullable Connection connection;

  /** Makes the table, empty. */
  static void create(MariaDbBroker database) {
    database.sql(
        "DROP TABLE IF EXISTS %s; CREATE TABLE %s (id VARCHAR(64) PRIMARY KEY)"
            .formatted(TABLE, TABLE));
  }

  /** The ids of the rows that there are. */
  static Set<String> committed(MariaDbBroker database) {
    return database.sql("SELECT id FROM " + TABLE).lines().collect(Collectors.toSet());
  }

  /** Adds a row and does the work, in one transaction, and commits or rolls it back. */
  void add(String id, boolean commit, Work work) throws SQLException {
    Connection c = connection();
    try (PreparedStatement insert = c.prepareStatement("INSERT INTO " + TABLE + " VALUES (?)")) {
      insert.setString(1, id);
      insert.executeUpdate();
      work.on(c);
      if (commit) {
        c.commit();
      } else {
        c.rollback();
      }
    } catch (SQLException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private Connection connection() throws SQLException {
    Connection c = connection;
    if (c == null) {
      c = DriverManager.getConnection(env(URL), env(USER), env(PASSWORD));
      c.setAutoCommit(false);
      connection = c;
    }
    return c;
  }

  @Override
  public void close() throws SQLException {
    Connection c = connection;
    connection = null;
    if (c != null) {
      c.close();
    }
  }

  private static String env(String name) {
    String value = System.getenv(name);
    if (value == null) {
      throw new IllegalStateException(name + " is not set");
    }
    return value;
  }
}

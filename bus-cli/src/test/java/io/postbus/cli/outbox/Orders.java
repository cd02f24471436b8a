package io.postbus.cli.outbox;

import io.postbus.testbrokers.Database;
import io.postbus.testbrokers.MariaDbBroker;
import io.postbus.testbrokers.PostgresBroker;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;

/** An application's database: its table of orders, and the bus's tables beside it. */
record Orders(String url, String user, String password, String prefix) {
  /** Databases that take part. */
  enum Kind {
    H2,
    MARIADB,
    POSTGRESQL
  }

  /**
   * A table of orders of its own.
   *
   * @param folder for a database that is a file
   */
  static Orders create(Kind kind, Path folder) throws SQLException {
    Orders orders =
        switch (kind) {
          case H2 -> of("jdbc:h2:async:" + folder.resolve("orders") + ";AUTO_SERVER=TRUE");
          case MARIADB -> of(MariaDbBroker.shared());
          case POSTGRESQL -> of(PostgresBroker.shared());
        };
    try (Connection c = orders.open();
        Statement s = c.createStatement()) {
      s.execute("CREATE TABLE " + orders.table() + " (id VARCHAR(100) PRIMARY KEY, n INT)");
    }
    return orders;
  }

  private static Orders of(String url) {
    return new Orders(url, "sa", "", unique());
  }

  private static Orders of(Database db) {
    return new Orders(db.jdbcUrl(), db.username(), db.password(), unique());
  }

  private static String unique() {
    return "o" + UUID.randomUUID().toString().substring(0, 8) + "_";
  }

  String table() {
    return prefix + "orders";
  }

  /** What the bus is told of its store. */
  Map<String, Object> store() {
    return Map.of(
        "store.type", "jdbc",
        "store.url", url,
        "store.username", user,
        "store.password", password,
        "store.table-prefix", prefix,
        "store.pool.max", 6);
  }

  /** A connection as the driver makes it, in auto-commit mode. */
  Connection open() throws SQLException {
    return DriverManager.getConnection(url, user, password);
  }

  /** A connection with a transaction. */
  Connection begin() throws SQLException {
    Connection c = open();
    c.setAutoCommit(false);
    return c;
  }

  /**
   * Adds a row; one that is there gets one more. In this order: an update that finds nothing locks
   * the gap on MariaDB, and two such transactions end in a deadlock.
   */
  void add(Connection c, String id) throws SQLException {
    try {
      change(c, "INSERT INTO " + table() + " (id, n) VALUES (?, 1)", id);
    } catch (SQLIntegrityConstraintViolationException e) {
      change(c, "UPDATE " + table() + " SET n = n + 1 WHERE id = ?", id);
    }
  }

  private static void change(Connection c, String sql, String id) throws SQLException {
    try (PreparedStatement statement = c.prepareStatement(sql)) {
      statement.setString(1, id);
      statement.executeUpdate();
    }
  }

  /** How often a committed transaction has added the row. */
  int count(String id) throws SQLException {
    try (Connection c = open();
        PreparedStatement ps = c.prepareStatement("SELECT n FROM " + table() + " WHERE id = ?")) {
      ps.setString(1, id);
      ResultSet r = ps.executeQuery();
      return r.next() ? r.getInt(1) : 0;
    }
  }
}

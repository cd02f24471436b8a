package io.postbus.testbrokers;

import java.net.InetSocketAddress;

/** A private SQL database, with a user who may do everything. */
public abstract class Database extends Broker {
  static final String USER = "postbus";
  static final String PASSWORD = "postbus-password";

  Database(Recipe recipe) {
    super(recipe);
  }

  /**
   * Without credentials, and with a query that {@code &} goes on with, as {@code
   * jdbc:mariadb://127.0.0.1:3306/postbus?sslMode=disable}.
   */
  public final String jdbcUrl() {
    return jdbcUrl(endpoint());
  }

  /** The same through something that forwards to this database, as a {@link TcpProxy} does. */
  public abstract String jdbcUrl(InetSocketAddress by);

  public final String username() {
    return USER;
  }

  public final String password() {
    return PASSWORD;
  }

  /**
   * Runs statements by the database's own client, beside all connection pools, and returns what it
   * printed: values parted by tabs, no headings.
   */
  public abstract String sql(String statements);
}

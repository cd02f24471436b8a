package io.postbus.store.jdbc;

import io.postbus.spi.StoreProvider;
import io.postbus.tck.StoreFixture;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What the contract needs to know of a database. */
record JdbcFixture(String url, String username, String password) implements StoreFixture {

  @Override
  public StoreProvider provider() {
    return new JdbcStoreProvider();
  }

  @Override
  public Map<String, Object> settings() {
    return new HashMap<>(Map.of("url", url, "username", username, "password", password));
  }

  @Override
  public Map<String, Object> invalidSettings() {
    return Map.of(
        "url", "jdbc:oracle:thin:@//db:1521/" + password,
        "migrate", "sometimes",
        "table-prefix", "a b");
  }

  @Override
  public Set<String> secrets() {
    return Set.of(password);
  }

  @Override
  public Connection transaction() throws SQLException {
    Connection c = DriverManager.getConnection(url, username, password);
    c.setAutoCommit(false);
    return c;
  }

  @Override
  public void close() {
    // The database is shared, or a folder of the build's.
  }
}

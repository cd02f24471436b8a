package io.postbus.testbrokers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every database does alike, seen by JDBC. */
abstract class DatabaseContract<D extends Database> extends BrokerContract<D> {
  private static final int CONNECTIONS = 10;

  /** One that takes that many connections, plus what it keeps for its own use. */
  abstract D openWithConnections(int limit);

  @Override
  void write(D database, InetSocketAddress by, String text) throws SQLException {
    try (Connection connection = connect(database, by);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS texts (text VARCHAR(100))");
      statement.execute("DELETE FROM texts");
      statement.execute("INSERT INTO texts VALUES ('" + text + "')");
    }
  }

  @Override
  String read(D database, InetSocketAddress by) throws SQLException {
    try (Connection connection = connect(database, by);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS texts (text VARCHAR(100))");
      try (ResultSet rows = statement.executeQuery("SELECT text FROM texts")) {
        return rows.next() ? rows.getString(1) : "";
      }
    }
  }

  @Test
  void itsOwnClientTalksToThisDatabase() throws Exception {
    write("seen by the client");
    assertThat(broker.sql("SELECT text, 1 FROM texts")).isEqualTo("seen by the client\t1\n");
    assertThatThrownBy(() -> broker.sql("SELECT nonsense")).hasMessageContaining("nonsense");
  }

  @Test
  void theUserMayMakeOtherDatabases() throws Exception {
    try (Connection connection = connect(broker, broker.endpoint());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE another");
      statement.execute("DROP DATABASE another");
    }
  }

  @Test
  void refusesConnectionsBeyondItsLimit() throws SQLException {
    List<Connection> connections = new ArrayList<>();
    try (D small = openWithConnections(CONNECTIONS)) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 2 * CONNECTIONS; i++) {
                  connections.add(connect(small, small.endpoint()));
                }
              })
          .isInstanceOf(SQLException.class)
          .hasMessageMatching("(?is).*too many.*|.*slots are reserved.*");
      assertThat(connections.size()).isBetween(CONNECTIONS - 3, CONNECTIONS + 1);
      for (Connection connection : connections) {
        connection.close();
      }
    }
  }

  private Connection connect(D database, InetSocketAddress by) throws SQLException {
    return DriverManager.getConnection(
        database.jdbcUrl(by), database.username(), database.password());
  }
}

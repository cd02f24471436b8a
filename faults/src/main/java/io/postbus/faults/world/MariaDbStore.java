package io.postbus.faults.world;

import io.postbus.tck.Eventually;
import io.postbus.testbrokers.MariaDbBroker;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** MariaDB with a proxy before each node. One thread. */
final class MariaDbStore implements StoreGround.Remote {
  private static final int CONNECTIONS = 60;
  private static final Duration GIVING_UP = Duration.ofSeconds(20);

  private final MariaDbBroker database =
      MariaDbBroker.open(Map.of("max_connections", Integer.toString(CONNECTIONS)));
  private final ProxyWires wires = new ProxyWires(database.endpoint());
  private final List<Connection> hogged = new ArrayList<>();

  @Override
  public String name() {
    return database.name();
  }

  @Override
  public Map<String, String> settings(String node) {
    return Map.of(
        "store.type", "jdbc",
        "store.url", database.jdbcUrl(wires.of(node).endpoint()),
        "store.username", database.username(),
        "store.password", database.password());
  }

  @Override
  public Wire wire(String node) {
    return wires.of(node);
  }

  @Override
  public void stop() {
    database.stop();
  }

  @Override
  public void kill() {
    database.kill();
  }

  @Override
  public void start() {
    database.start();
  }

  /** While nodes are kept away, or they would take back what they have just lost. */
  @Override
  public void exhaust() {
    wires.refuseAll();
    Eventually.within(GIVING_UP)
        .until("nobody else has a connection", () -> !hog() && hogged.size() >= CONNECTIONS);
    wires.restoreAll();
  }

  /** Whether there was one left; there are more for a while, as the database lets nodes' go. */
  private boolean hog() {
    try {
      hogged.add(
          DriverManager.getConnection(
              database.jdbcUrl(), database.username(), database.password()));
      return true;
    } catch (SQLException full) {
      return false;
    }
  }

  @Override
  public void relieve() {
    for (Connection connection : hogged) {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new IllegalStateException("cannot give a connection back", e);
      }
    }
    hogged.clear();
  }

  @Override
  public void close() {
    wires.close();
    database.close();
  }
}

package io.postbus.runtime.bus;

import io.postbus.Health;
import io.postbus.Health.ConsumerHealth;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.runtime.connect.Connection;
import io.postbus.spi.ConnectionState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts together how a bus is. */
final class HealthReport {
  private HealthReport() {}

  /**
   * The bus's health.
   *
   * @param open whether it has not been closed
   */
  static Health of(Machinery machinery, List<ConsumerHealth> consumers, boolean open) {
    Map<String, Health.Connection> connections = new LinkedHashMap<>();
    for (Connection c : machinery.connections.opened()) {
      connections.put(c.name(), c.status());
    }
    connections.put("store", machinery.store.status());
    machinery
        .outboxes
        .stores()
        .forEach((name, s) -> connections.put("outboxes." + name, s.status()));
    boolean connected =
        connections.values().stream().allMatch(c -> c.state() == ConnectionState.CONNECTED);
    boolean dead = consumers.stream().anyMatch(c -> c.state() == State.DEAD);
    boolean ready = open && !dead && (connected || !machinery.settings.healthRequired());
    return new Health(open, ready, connections, consumers);
  }
}

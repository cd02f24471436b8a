package io.postbus.test;

import io.postbus.driver.memory.MemoryBroker;
import io.postbus.spi.Backlog;
import java.util.Set;
import java.util.stream.Collectors;

/** A broker as one bus sees it. Thread-safe. */
final class NamedBroker implements AutoCloseable {
  private final MemoryBroker broker;
  private final String namespace;
  private volatile boolean stopped;

  /**
   * A broker that runs.
   *
   * @param namespace in front of the names on it
   */
  NamedBroker(MemoryBroker broker, String namespace) {
    this.broker = broker;
    this.namespace = namespace;
  }

  MemoryBroker broker() {
    return broker;
  }

  void stop() {
    stopped = true;
    broker.stop();
  }

  void start() {
    broker.start();
    stopped = false;
  }

  boolean stopped() {
    return stopped;
  }

  Backlog backlog(String group) {
    return broker.backlog(namespace + group);
  }

  long unsettled(String group) {
    return backlog(group).unsettled().orElse(0);
  }

  Set<String> groups() {
    return broker.groups().stream()
        .filter(g -> g.startsWith(namespace))
        .map(g -> g.substring(namespace.length()))
        .collect(Collectors.toSet());
  }

  @Override
  public void close() {
    broker.close();
  }
}

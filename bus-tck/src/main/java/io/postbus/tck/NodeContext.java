package io.postbus.tck;

import io.postbus.spi.ConnectionState;
import io.postbus.spi.DriverContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a node lends its driver; remembers every state of its connection. Thread-safe. */
final class NodeContext implements DriverContext {
  private final String namespace;
  private final String node;
  private final Duration callTimeout;
  private final List<Report> reports = new CopyOnWriteArrayList<>();

  NodeContext(String namespace, String node, Duration callTimeout) {
    this.namespace = namespace;
    this.node = node;
    this.callTimeout = callTimeout;
  }

  /** A state and its reason, as the driver gave them. */
  record Report(ConnectionState state, String reason) {}

  @Override
  public String name() {
    return "tck";
  }

  @Override
  public String namespace() {
    return namespace;
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public InstantSource clock() {
    return InstantSource.system();
  }

  @Override
  public Duration callTimeout() {
    return callTimeout;
  }

  @Override
  public void state(ConnectionState state, String reason) {
    reports.add(new Report(state, reason));
  }

  List<Report> reports() {
    return List.copyOf(reports);
  }

  boolean is(ConnectionState state) {
    List<Report> all = reports();
    return !all.isEmpty() && all.get(all.size() - 1).state() == state;
  }
}

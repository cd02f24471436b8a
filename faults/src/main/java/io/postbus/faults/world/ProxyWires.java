package io.postbus.faults.world;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/** A proxy before a server for each node. One thread. */
final class ProxyWires implements AutoCloseable {
  private final InetSocketAddress server;
  private final Map<String, ProxyWire> wires = new HashMap<>();

  ProxyWires(InetSocketAddress server) {
    this.server = server;
  }

  /** The node's, made when it is first asked for. */
  ProxyWire of(String node) {
    return wires.computeIfAbsent(node, n -> new ProxyWire(server));
  }

  void refuseAll() {
    wires.values().forEach(Wire::refuse);
  }

  void restoreAll() {
    wires.values().forEach(Wire::restore);
  }

  @Override
  public void close() {
    wires.values().forEach(Wire::close);
  }
}

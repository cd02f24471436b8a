package io.postbus.faults.world;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A node's ways to all servers of a cluster, as one. Thread-safe. */
record BundledWire(List<ProxyWire> wires) implements Wire.Fine {
  BundledWire {
    wires = List.copyOf(wires);
  }

  private void each(Consumer<ProxyWire> what) {
    wires.forEach(what);
  }

  @Override
  public void cut() {
    each(ProxyWire::cut);
  }

  @Override
  public void stall() {
    each(ProxyWire::stall);
  }

  @Override
  public void refuse() {
    each(ProxyWire::refuse);
  }

  @Override
  public void restore() {
    each(ProxyWire::restore);
  }

  @Override
  public void stallOutgoing() {
    each(ProxyWire::stallOutgoing);
  }

  @Override
  public void stallIncoming() {
    each(ProxyWire::stallIncoming);
  }

  @Override
  public int connections() {
    return wires.stream().mapToInt(ProxyWire::connections).sum();
  }

  @Override
  public void slow(Duration latency) {
    each(wire -> wire.slow(latency));
  }

  @Override
  public void close() {
    each(ProxyWire::close);
  }
}

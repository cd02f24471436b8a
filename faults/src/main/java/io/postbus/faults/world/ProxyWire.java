package io.postbus.faults.world;

import io.postbus.testbrokers.TcpProxy;
import io.postbus.testbrokers.TcpProxy.Direction;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A wire through a proxy. Thread-safe. */
final class ProxyWire implements Wire.Fine {
  private final TcpProxy proxy;

  ProxyWire(InetSocketAddress target) {
    this(TcpProxy.to(target));
  }

  ProxyWire(TcpProxy proxy) {
    this.proxy = proxy;
  }

  InetSocketAddress endpoint() {
    return proxy.endpoint();
  }

  @Override
  public void cut() {
    proxy.cut();
  }

  @Override
  public void stall() {
    proxy.stall();
  }

  @Override
  public void refuse() {
    proxy.refuse();
    proxy.cut();
  }

  @Override
  public void restore() {
    proxy.resume();
  }

  @Override
  public void stallOutgoing() {
    proxy.stall(Direction.TO_TARGET);
  }

  @Override
  public void stallIncoming() {
    proxy.stall(Direction.TO_CLIENT);
  }

  @Override
  public int connections() {
    return proxy.connections();
  }

  @Override
  public void slow(Duration latency) {
    proxy.delay(latency);
  }

  @Override
  public void close() {
    proxy.close();
  }
}

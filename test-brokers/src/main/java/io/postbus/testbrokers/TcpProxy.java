package io.postbus.testbrokers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A TCP proxy in front of a broker that breaks the network on demand.
 *
 * <p>Faults compose, and last until {@link #resume()}; each returns when it has taken effect. At
 * most 1 MiB a direction and connection is held here: a side that does not read holds the other up,
 * as a real network does. Thread-safe; one thread serves all connections.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int ATTEMPTS = 5;

  private final Runnable onClose;
  private final ProxyLoop loop;

  private TcpProxy(int port, InetSocketAddress target, Runnable onClose) throws IOException {
    this.onClose = onClose;
    loop = new ProxyLoop(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), target);
    loop.start();
  }

  /** The two ways that bytes go. */
  public enum Direction {
    TO_TARGET,
    TO_CLIENT
  }

  /** A proxy that forwards to the target, which need not be there yet. */
  public static TcpProxy to(InetSocketAddress target) {
    UncheckedIOException last = null;
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = Ports.take();
      try {
        return at(port, target, () -> Ports.giveBack(port));
      } catch (UncheckedIOException taken) {
        // By a program that knows nothing of our locks; we keep that one.
        last = taken;
      }
    }
    throw new IllegalStateException("no port for a proxy to " + target, last);
  }

  /** The same on a port that is the caller's, who is told when it is free again. */
  static TcpProxy at(int port, InetSocketAddress target, Runnable onClose) {
    try {
      return new TcpProxy(port, target, onClose);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a proxy to " + target, e);
    }
  }

  /** Where clients connect; the same for life. */
  public InetSocketAddress endpoint() {
    return loop.endpoint();
  }

  /** Resets all connections, towards both sides; new ones are welcome. */
  public void cut() {
    loop.call(loop::cut);
  }

  /** New connections are refused; open ones go on. */
  public void refuse() {
    loop.call(loop::refuse);
  }

  /**
   * Open and new connections stay open, but no byte and no close comes through in any direction.
   */
  public void stall() {
    stall(Direction.TO_TARGET);
    stall(Direction.TO_CLIENT);
  }

  /** The same in one direction only. */
  public void stall(Direction direction) {
    loop.call(() -> loop.line(direction).stall());
  }

  /** Every byte arrives this much later, in each direction. */
  public void delay(Duration latency) {
    loop.call(
        () -> {
          for (Direction direction : Direction.values()) {
            loop.line(direction).delay(latency);
          }
        });
  }

  /** All connections together get at most this much through, in each direction. */
  public void limit(long bytesPerSecond) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException("bytesPerSecond is " + bytesPerSecond + ": at least 1");
    }
    loop.call(
        () -> {
          for (Direction direction : Direction.values()) {
            loop.line(direction).limit(bytesPerSecond);
          }
        });
  }

  /** Ends every fault: what was held back goes on its way, new connections are welcome. */
  public void resume() {
    loop.call(loop::resume);
  }

  /** How many connections are open now. */
  public int connections() {
    return loop.connections();
  }

  /** How many connections there have been. */
  public long accepted() {
    return loop.accepted();
  }

  /** How many bytes have been passed on in this direction. */
  public long bytes(Direction direction) {
    return loop.line(direction).bytes();
  }

  /** Resets what is open and stops listening. */
  @Override
  public void close() {
    if (loop.close()) {
      onClose.run();
    }
  }
}

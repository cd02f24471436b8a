package io.postbus.runtime.connect;

import io.postbus.Health;
import io.postbus.spi.Capability;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Driver;
import io.postbus.spi.DriverContext;
import io.postbus.spi.DriverProvider;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One configured connection to a broker: its driver, one producer of each kind, made when they are
 * first needed, and how it is. Thread-safe.
 */
public final class Connection implements AutoCloseable {
  private final String name;
  private final Status status;
  private final Driver driver;
  private final boolean filtersTypes;
  private final Duration timeout;
  private final int window;
  private volatile @Nullable Producer confirmed;
  private volatile @Nullable Producer rapid;
  private volatile boolean closed;

  private Connection(String name, Status status, Driver driver, Duration timeout, int window) {
    this.name = name;
    this.status = status;
    this.driver = driver;
    this.filtersTypes = driver.capabilities().contains(Capability.TYPE_FILTER);
    this.timeout = timeout;
    this.window = window;
  }

  /** Opens the driver, without waiting for the broker. */
  static Connection open(
      DriverProvider provider,
      DriverSettings s,
      Node node,
      Duration timeout,
      OptionalInt window,
      ConnectionEvents events) {
    Runnable back = () -> events.reconnected(s.name());
    Status status = new Status("The connection " + s.name(), node.clock(), back);
    Driver driver = provider.open(s.fresh(), new Context(s.name(), node, status));
    return new Connection(s.name(), status, driver, timeout, window.orElse(driver.window()));
  }

  public String name() {
    return name;
  }

  public Driver driver() {
    return driver;
  }

  /** Whether the broker knows which types no group wants, and says so. */
  public boolean filtersTypes() {
    return filtersTypes;
  }

  /** Within which each send of its producers ends. */
  public Duration timeout() {
    return timeout;
  }

  /** How many messages of a producer may await their confirmation. */
  public int window() {
    return window;
  }

  public Health.Connection status() {
    return status.current();
  }

  public boolean connected() {
    return status.connected();
  }

  /**
   * Waits until publishing is possible.
   *
   * @return false if the limit came first
   * @throws ClosedException once closed
   */
  public boolean awaitConnected(Duration limit) throws InterruptedException {
    return status.awaitConnected(limit);
  }

  public Producer confirmed() {
    Producer p = confirmed;
    return p != null ? p : open(Confirm.CONFIRMED);
  }

  public Producer rapid() {
    Producer p = rapid;
    return p != null ? p : open(Confirm.RAPID);
  }

  private synchronized Producer open(Confirm confirm) {
    Producer there = confirm == Confirm.CONFIRMED ? confirmed : rapid;
    if (there != null) {
      return there;
    }
    if (closed) {
      throw new ClosedException("The connection " + name);
    }
    Producer made = driver.producer(new ProducerSpec(confirm, timeout, window));
    if (confirm == Confirm.CONFIRMED) {
      confirmed = made;
    } else {
      rapid = made;
    }
    return made;
  }

  /** Closes the producers, then the driver. Idempotent; returns within about 10 s. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    status.close();
    try {
      closeProducer(confirmed);
      closeProducer(rapid);
    } finally {
      driver.close();
    }
  }

  private static void closeProducer(@Nullable Producer p) {
    if (p != null) {
      p.close();
    }
  }

  private record Context(String name, Node surroundings, Status status) implements DriverContext {
    @Override
    public String namespace() {
      return surroundings.namespace();
    }

    @Override
    public String node() {
      return surroundings.name();
    }

    @Override
    public InstantSource clock() {
      return surroundings.clock();
    }

    @Override
    public Duration callTimeout() {
      return surroundings.callTimeout();
    }

    @Override
    public void state(ConnectionState state, String reason) {
      status.set(state, reason);
    }
  }
}

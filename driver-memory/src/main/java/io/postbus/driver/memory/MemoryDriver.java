package io.postbus.driver.memory;

import io.postbus.spi.Capability;
import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Driver;
import io.postbus.spi.DriverContext;
import io.postbus.spi.Durability;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.Signals;
import io.postbus.spi.Start;
import io.postbus.spi.Topology;
import io.postbus.spi.UnsupportedCapabilityException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** One user of a broker in this JVM. */
final class MemoryDriver implements Driver {
  private static final Set<Capability> CAPABILITIES =
      Set.of(
          Capability.TYPE_FILTER,
          Capability.RESIZE,
          Capability.ORDER_PER_KEY,
          Capability.SINGLE_ACTIVE);

  private final Connection connection;
  private final Topology topology;
  private final Signals signals;
  private final AtomicBoolean closed = new AtomicBoolean();

  private MemoryDriver(Connection connection) {
    this.connection = connection;
    this.topology = new MemoryTopology(connection);
    this.signals = new MemorySignals(connection);
  }

  static MemoryDriver open(MemorySettings settings, DriverContext context) {
    Broker broker = Broker.ALL.join(settings.broker());
    Connection connection = new Connection(broker, settings, context);
    try {
      broker.connect(connection);
    } catch (RuntimeException e) {
      connection.callbacks.close();
      Broker.ALL.leave(settings.broker());
      throw e;
    }
    if (settings.keep()) {
      Broker.ALL.keep(settings.broker());
    }
    return new MemoryDriver(connection);
  }

  @Override
  public Set<Capability> capabilities() {
    return CAPABILITIES;
  }

  @Override
  public Durability durability() {
    return Durability.PROCESS;
  }

  @Override
  public Optional<Duration> maxHold() {
    return connection.settings.maxHold();
  }

  @Override
  public Producer producer(ProducerSpec spec) {
    requireOpen();
    return new MemoryProducer(connection, spec);
  }

  @Override
  public Consumer consumer(ConsumerSpec spec, ConsumerListener listener) {
    requireOpen();
    refuse(spec.start());
    MemoryConsumer consumer = new MemoryConsumer(connection, spec, listener);
    connection.join(consumer);
    return consumer;
  }

  @Override
  public Topology topology() {
    return topology;
  }

  @Override
  public Signals signals() {
    return signals;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      connection.close();
      Broker.ALL.leave(connection.settings.broker());
    }
  }

  /** No history is kept that a group could begin with. */
  static void refuse(Start start) {
    if (start == Start.EARLIEST) {
      throw new UnsupportedCapabilityException(
          "The driver memory keeps no history, so a group cannot begin with the earliest message:"
              + " use start: latest");
    }
  }

  private void requireOpen() {
    if (connection.isClosed()) {
      throw connection.closedException();
    }
  }
}

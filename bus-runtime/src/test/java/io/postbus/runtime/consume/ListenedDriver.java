package io.postbus.runtime.consume;

import io.postbus.spi.Capability;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Driver;
import io.postbus.spi.Durability;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.Received;
import io.postbus.spi.Signals;
import io.postbus.spi.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** A driver as it is, and what is to be done after it has taken deliveries back. Thread-safe. */
record ListenedDriver(Driver driver, Runnable revoked) implements Driver {
  @Override
  public Consumer consumer(ConsumerSpec spec, ConsumerListener listener) {
    return driver.consumer(
        spec,
        new ConsumerListener() {
          @Override
          public void revoked(Collection<Received> gone, Instant drainUntil) {
            listener.revoked(gone, drainUntil);
            revoked.run();
          }

          @Override
          public void state(ConnectionState state, String reason) {
            listener.state(state, reason);
          }
        });
  }

  @Override
  public Set<Capability> capabilities() {
    return driver.capabilities();
  }

  @Override
  public Durability durability() {
    return driver.durability();
  }

  @Override
  public Optional<Duration> maxHold() {
    return driver.maxHold();
  }

  @Override
  public int window() {
    return driver.window();
  }

  @Override
  public Producer producer(ProducerSpec spec) {
    return driver.producer(spec);
  }

  @Override
  public Topology topology() {
    return driver.topology();
  }

  @Override
  public Signals signals() {
    return driver.signals();
  }

  @Override
  public void close() {
    driver.close();
  }
}

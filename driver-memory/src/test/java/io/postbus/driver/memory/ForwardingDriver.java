package io.postbus.driver.memory;

import io.postbus.spi.Capability;
import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Driver;
import io.postbus.spi.Durability;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.Signals;
import io.postbus.spi.Topology;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Does what another driver does; the broken ones differ in one thing. */
class ForwardingDriver implements Driver {
  final Driver good;

  ForwardingDriver(Driver good) {
    this.good = good;
  }

  @Override
  public Set<Capability> capabilities() {
    return good.capabilities();
  }

  @Override
  public Durability durability() {
    return good.durability();
  }

  @Override
  public Optional<Duration> maxHold() {
    return good.maxHold();
  }

  @Override
  public int window() {
    return good.window();
  }

  @Override
  public Producer producer(ProducerSpec spec) {
    return good.producer(spec);
  }

  @Override
  public Consumer consumer(ConsumerSpec spec, ConsumerListener listener) {
    return good.consumer(spec, listener);
  }

  @Override
  public Topology topology() {
    return good.topology();
  }

  @Override
  public Signals signals() {
    return good.signals();
  }

  @Override
  public void close() {
    good.close();
  }
}

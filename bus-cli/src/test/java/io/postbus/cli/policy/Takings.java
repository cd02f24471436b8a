package io.postbus.cli.policy;

import io.postbus.spi.Capability;
import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Driver;
import io.postbus.spi.DriverContext;
import io.postbus.spi.DriverProvider;
import io.postbus.spi.Durability;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.Received;
import io.postbus.spi.Settings;
import io.postbus.spi.Settlement;
import io.postbus.spi.Signals;
import io.postbus.spi.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Which node has taken which message from its driver, and when. Thread-safe. */
final class Takings {
  private record Taking(String node, String id, long nanos) {}

  private final Queue<Taking> all = new ConcurrentLinkedQueue<>();

  /** The driver, with what that node takes written down. */
  DriverProvider watching(String node, DriverProvider real) {
    return new DriverProvider() {
      @Override
      public String name() {
        return real.name();
      }

      @Override
      public void check(Settings settings) {
        real.check(settings);
      }

      @Override
      public Driver open(Settings settings, DriverContext context) {
        return new WatchedDriver(node, real.open(settings, context));
      }
    };
  }

  /** What went from one node to another and on to a further one within so short a time. */
  List<String> bounced(Duration within) {
    Map<String, List<Taking>> moves = new HashMap<>();
    for (Taking t : all) {
      List<Taking> of = moves.computeIfAbsent(t.id(), id -> new ArrayList<>());
      if (of.isEmpty() || !of.get(of.size() - 1).node().equals(t.node())) {
        of.add(t);
      }
    }
    List<String> bounced = new ArrayList<>();
    moves.forEach(
        (id, of) -> {
          for (int i = 2; i < of.size(); i++) {
            if (of.get(i).nanos() - of.get(i - 1).nanos() < within.toNanos()) {
              bounced.add(id + " " + of);
              return;
            }
          }
        });
    return bounced;
  }

  private final class WatchedDriver implements Driver {
    private final String node;
    private final Driver real;

    WatchedDriver(String node, Driver real) {
      this.node = node;
      this.real = real;
    }

    @Override
    public Consumer consumer(ConsumerSpec spec, ConsumerListener listener) {
      return new WatchedConsumer(node, real.consumer(spec, listener));
    }

    @Override
    public Set<Capability> capabilities() {
      return real.capabilities();
    }

    @Override
    public Durability durability() {
      return real.durability();
    }

    @Override
    public Optional<Duration> maxHold() {
      return real.maxHold();
    }

    @Override
    public Producer producer(ProducerSpec spec) {
      return real.producer(spec);
    }

    @Override
    public Topology topology() {
      return real.topology();
    }

    @Override
    public Signals signals() {
      return real.signals();
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private final class WatchedConsumer implements Consumer {
    private final String node;
    private final Consumer real;

    WatchedConsumer(String node, Consumer real) {
      this.node = node;
      this.real = real;
    }

    @Override
    public List<Received> poll(int max, Duration timeout) {
      List<Received> got = real.poll(max, timeout);
      long now = System.nanoTime();
      got.forEach(r -> all.add(new Taking(node, r.message().id(), now)));
      return got;
    }

    @Override
    public boolean settle(Received delivery, Settlement how) {
      return real.settle(delivery, how);
    }

    @Override
    public void maxInFlight(int n) {
      real.maxInFlight(n);
    }

    @Override
    public boolean flush(Duration limit) {
      return real.flush(limit);
    }

    @Override
    public void wakeup() {
      real.wakeup();
    }

    @Override
    public void close() {
      real.close();
    }
  }
}

package io.postbus.faults.node;

import io.postbus.faults.history.Event;
import io.postbus.faults.history.Journal;
import io.postbus.faults.history.Kind;
import io.postbus.message.Destination;
import io.postbus.message.Message;
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
import io.postbus.spi.Settings;
import io.postbus.spi.Signals;
import io.postbus.spi.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * A driver as it is, that writes down which messages left it after they had waited in the store.
 * Thread-safe.
 */
final class WatchedDriver implements Driver {
  private final Driver real;
  private final String node;
  private final Journal journal;

  private WatchedDriver(Driver real, String node, Journal journal) {
    this.real = real;
    this.node = node;
    this.journal = journal;
  }

  /** The driver of this name, watched. */
  static DriverProvider provider(String name, String node, Journal journal) {
    DriverProvider real =
        ServiceLoader.load(DriverProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(p -> p.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("There is no driver " + name));
    return new DriverProvider() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public void check(Settings settings) {
        real.check(settings);
      }

      @Override
      public Driver open(Settings settings, DriverContext context) {
        return new WatchedDriver(real.open(settings, context), node, journal);
      }
    };
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
  public int window() {
    return real.window();
  }

  @Override
  public Producer producer(ProducerSpec spec) {
    Producer producer = real.producer(spec);
    return new Producer() {
      @Override
      public CompletionStage<Void> send(Destination to, Message message) {
        Instant begun = Instant.now();
        CompletionStage<Void> sent = producer.send(to, message);
        return waited(to, message) ? sent.thenRun(() -> fired(message.id(), begun)) : sent;
      }

      @Override
      public void close() {
        producer.close();
      }
    };
  }

  /** Retries go to their group: they are other entries. */
  private static boolean waited(Destination to, Message message) {
    String type = message.type();
    return to instanceof Destination.ToTopic
        && (type.equals(Kind.DELAYED.type()) || type.equals(Kind.REVOKED.type()));
  }

  private void fired(String id, Instant begun) {
    journal.write(new Event.Fired(Instant.now(), id, node, begun));
  }

  @Override
  public Consumer consumer(ConsumerSpec spec, ConsumerListener listener) {
    return real.consumer(spec, listener);
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

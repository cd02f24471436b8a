package io.postbus.runtime.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.postbus.Health;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.runtime.consume.Observer;
import io.postbus.runtime.delay.DelayEvents;
import io.postbus.runtime.delay.DelayStats;
import io.postbus.runtime.guarantee.GuaranteeEvents;
import io.postbus.runtime.publish.PublishEvents;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Delayed;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The meters of one bus in one registry. Tags come from the configuration, never from messages, so
 * their number is bounded. Thread-safe.
 */
public final class BusMeters implements PublishEvents, DelayEvents, GuaranteeEvents {
  private static final String PREFIX = "messagebus.";

  private final MeterRegistry registry;
  private final boolean legacy;
  private final Map<String, Map<Ending, Counter>> published = new ConcurrentHashMap<>();
  private final Map<Tags, AtomicInteger> circuits = new ConcurrentHashMap<>();
  private final Timer lateness;
  private final Counter unsent;
  private final Counter died;
  private final Counter expired;
  private final Counter dropped;
  private final Counter repeated;
  private final Counter pushedBack;
  private final Counter late;

  /**
   * Meters in a registry.
   *
   * @param legacy also the gauges of the PHP bus
   */
  public BusMeters(MeterRegistry registry, boolean legacy) {
    this.registry = registry;
    this.legacy = legacy;
    this.lateness =
        Timer.builder(PREFIX + "delayed.lateness")
            .description("How long after their due time delayed messages are sent")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    this.unsent = registry.counter(PREFIX + "delayed.failed");
    this.died = registry.counter(PREFIX + "delayed.died");
    this.expired = registry.counter(PREFIX + "delayed.expired");
    this.dropped = registry.counter(PREFIX + "guaranteed.dropped");
    this.repeated = registry.counter(PREFIX + "guaranteed.repeated");
    this.pushedBack = registry.counter(PREFIX + "guaranteed.pushed.back");
    this.late = registry.counter(PREFIX + "guaranteed.late");
  }

  /** The observer of one subscription. */
  public Observer consumer(Subscription subscription) {
    AtomicInteger open =
        circuits.computeIfAbsent(
            Tags.of("module", subscription.module(), "consumer", subscription.consumer()),
            this::circuit);
    return new ConsumerMeters(registry, subscription, legacy, open);
  }

  private AtomicInteger circuit(Tags tags) {
    AtomicInteger open = new AtomicInteger();
    Gauge.builder(PREFIX + "circuit.open", open, AtomicInteger::get)
        .description("How many members are paused because so much failed in a row")
        .tags(tags)
        .strongReference(true)
        .register(registry);
    return open;
  }

  /** A gauge of what one consumer holds, until the registry is closed. */
  public void inFlight(Subscription s, Supplier<Health.ConsumerHealth> health) {
    Gauge.builder(PREFIX + "in.flight", health, h -> h.get().inFlight())
        .tags("module", s.module(), "consumer", s.consumer())
        .strongReference(true)
        .register(registry);
  }

  /** A gauge of whether a connection is up, and a counter of how often it came back. */
  public void connection(String name, Supplier<Health.Connection> status) {
    Gauge.builder(
            PREFIX + "connected", status, s -> s.get().state() == ConnectionState.DOWN ? 0 : 1)
        .tags("connection", name)
        .strongReference(true)
        .register(registry);
  }

  /** Counts that a connection has come back. */
  public void reconnected(String name) {
    registry.counter(PREFIX + "reconnects", "connection", name).increment();
  }

  /** Gauges of the delay engine. */
  public void delays(Supplier<DelayStats> stats) {
    Gauge.builder(PREFIX + "delayed.pending", stats, s -> s.get().pending().orElse(0))
        .description("Entries that wait in the store, as the node of the first shard counts them")
        .strongReference(true)
        .register(registry);
    Gauge.builder(PREFIX + "delayed.shards", stats, s -> s.get().shards())
        .strongReference(true)
        .register(registry);
  }

  @Override
  public void ended(String connection, Message message, Ending ending) {
    Map<Ending, Counter> counters = published.get(connection);
    if (counters == null) {
      counters = published.computeIfAbsent(connection, this::counters);
    }
    Counter counter = counters.get(ending);
    if (counter != null) {
      counter.increment();
    }
  }

  @Override
  public void fired(Delayed entry, Duration late) {
    lateness.record(late);
  }

  @Override
  public void failed(Delayed entry, Throwable cause) {
    unsent.increment();
  }

  @Override
  public void died(Delayed dead) {
    died.increment();
  }

  @Override
  public void expired(Delayed entry) {
    expired.increment();
  }

  @Override
  public void dropped(Delayed entry) {
    dropped.increment();
  }

  @Override
  public void repeated(Delayed entry) {
    repeated.increment();
  }

  @Override
  public void pushedBack(Delayed entry) {
    pushedBack.increment();
  }

  @Override
  public void late() {
    late.increment();
  }

  /** Complete from the start, so that it is only read from then on. */
  private Map<Ending, Counter> counters(String connection) {
    Map<Ending, Counter> counters = new EnumMap<>(Ending.class);
    for (Ending e : Ending.values()) {
      String outcome = e.name().toLowerCase(Locale.ROOT);
      Tags tags = Tags.of("connection", connection, "outcome", outcome);
      counters.put(e, registry.counter(PREFIX + "published", tags));
    }
    return counters;
  }
}

package io.postbus.runtime.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.runtime.consume.Observer;
import io.postbus.spi.Failure;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The meters of one subscription. */
final class ConsumerMeters implements Observer {
  private final MeterRegistry registry;
  private final Tags tags;
  private final EventTag events;
  private final @Nullable LegacyGauges legacy;

  /** By topic and event tag, both of which the subscription bounds. */
  private final Map<String, Map<String, Job>> jobs = new ConcurrentHashMap<>();

  private final Counter retried;
  private final Counter deadLettered;
  private final Counter unmatched;
  private final Counter expired;
  private final Counter stale;
  private final Counter repeated;
  private final Counter superseded;
  private final Counter late;

  private final Counter paused;
  private final AtomicInteger open;

  /**
   * Its meters.
   *
   * @param open how many consumers of that name are paused by their circuit
   */
  ConsumerMeters(MeterRegistry registry, Subscription s, boolean legacy, AtomicInteger open) {
    this.registry = registry;
    this.open = open;
    this.tags = Tags.of("module", s.module(), "consumer", s.consumer());
    this.events = new EventTag(s.events());
    this.legacy = legacy ? new LegacyGauges(registry, s.module(), s.consumer()) : null;
    this.retried = counter("retried");
    this.deadLettered = counter("dead.lettered");
    this.unmatched = counter("unmatched");
    this.expired = counter("expired");
    this.stale = counter("stale");
    this.repeated = counter("repeated");
    this.superseded = counter("superseded");
    this.late = counter("late.acknowledged");
    this.paused = counter("circuit.opened");
  }

  @Override
  public void handled(Message m, long beganMillis, long costNanos, Outcome outcome) {
    String event = events.of(m.type());
    long delayMillis = Math.max(0, beganMillis - m.time().toEpochMilli());
    job(m.topic(), event).record(outcome, costNanos, delayMillis);
    if (legacy != null) {
      legacy.record(event, costNanos, delayMillis);
    }
  }

  @Override
  public void retried(Message message, Duration delay) {
    retried.increment();
  }

  @Override
  public void deadLettered(Message message, Failure failure) {
    deadLettered.increment();
  }

  @Override
  public void unmatched(Message message) {
    unmatched.increment();
  }

  @Override
  public void expired(Message message) {
    expired.increment();
  }

  @Override
  public void stale(Message message) {
    stale.increment();
  }

  @Override
  public void repeated(Message message) {
    repeated.increment();
  }

  @Override
  public void superseded(Message message) {
    superseded.increment();
  }

  @Override
  public void paused(Throwable cause) {
    paused.increment();
    open.incrementAndGet();
  }

  @Override
  public void resumed() {
    open.decrementAndGet();
  }

  @Override
  public void late(Message message) {
    late.increment();
  }

  private Job job(String topic, String event) {
    Map<String, Job> ofTopic = jobs.get(topic);
    if (ofTopic == null) {
      ofTopic = jobs.computeIfAbsent(topic, t -> new ConcurrentHashMap<>());
    }
    Job job = ofTopic.get(event);
    return job != null
        ? job
        : ofTopic.computeIfAbsent(
            event, e -> new Job(registry, tags.and("topic", topic, "event", event)));
  }

  private Counter counter(String name) {
    return registry.counter("messagebus." + name, tags);
  }

  /** The two timers of a job, one each for every outcome that it has had. */
  private static final class Job {
    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<Outcome, Timer> cost = new ConcurrentHashMap<>();
    private final Map<Outcome, Timer> delay = new ConcurrentHashMap<>();

    Job(MeterRegistry registry, Tags tags) {
      this.registry = registry;
      this.tags = tags;
    }

    void record(Outcome outcome, long costNanos, long delayMillis) {
      timer(cost, "messagebus.job.cost", outcome).record(costNanos, TimeUnit.NANOSECONDS);
      timer(delay, "messagebus.job.delay", outcome).record(delayMillis, TimeUnit.MILLISECONDS);
    }

    private Timer timer(Map<Outcome, Timer> timers, String name, Outcome outcome) {
      Timer there = timers.get(outcome);
      return there != null
          ? there
          : timers.computeIfAbsent(
              outcome,
              o -> registry.timer(name, tags.and("outcome", o.name().toLowerCase(Locale.ROOT))));
    }
  }
}

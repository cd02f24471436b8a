package io.postbus.runtime.config;

import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.Subscription.Batch;
import io.postbus.Subscription.Circuit;
import io.postbus.Subscription.Fetch;
import io.postbus.Subscription.Idempotent;
import io.postbus.Subscription.Idempotent.By;
import io.postbus.message.Names;
import io.postbus.spi.Settings;
import io.postbus.spi.TypeFilter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Reads the keys of a consumer, or of {@code defaults}, on top of a subscription that has others.
 */
final class ConsumerReader {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Duration SHORTEST_KEEP = Duration.ofSeconds(1);
  private static final Duration LONGEST_KEEP = Duration.ofDays(366);

  private ConsumerReader() {}

  /** What every consumer may set and inherit. */
  static Subscription policies(Settings s, Subscription base) {
    Subscription out =
        base.concurrency(s.integer("concurrency", base.concurrency(), 1, 10_000))
            .timeout(s.duration("timeout", base.timeout(), SHORTEST, LONGEST))
            .start(s.choice("start", base.start()))
            .order(s.choice("order", base.order()));
    out = retry(s, out);
    out = fetch(s, out);
    out = batch(s, out);
    out = idempotent(s, out);
    out = circuit(s, out);
    return s.rate("rate-limit").map(out::rateLimit).orElse(out);
  }

  /** A named consumer of a module. */
  static Subscription consumer(String module, String name, Settings s, Subscription defaults) {
    List<String> topics = s.texts("topics");
    if (topics.isEmpty() && !s.has("topics")) {
      s.problem("topics", "is missing; list at least one topic");
    }
    String group = s.text("group", module + "." + name);
    Optional<List<String>> events = s.list("events", ConsumerReader::pattern);
    return policies(
        s,
        checked(s, "group", defaults, d -> d.named(group))
            .module(module)
            .consumer(name)
            .topics(s.list("topics", ConsumerReader::topic).orElse(List.of()))
            .events(events.orElse(List.copyOf(defaults.events().patterns()))));
  }

  private static Subscription retry(Settings s, Subscription base) {
    if (!s.has("retry")) {
      return base;
    }
    Settings r = s.section("retry");
    RetrySchedule old = base.retry();
    List<Duration> inPlace = r.durations("in-place").orElse(old.inPlace());
    List<Duration> delayed = r.durations("delayed").orElse(old.delayed());
    double jitter = r.decimal("jitter", old.jitter(), 0, 1);
    return checked(s, "retry", base, b -> b.retry(new RetrySchedule(inPlace, delayed, jitter)));
  }

  private static Subscription fetch(Settings s, Subscription base) {
    if (!s.has("fetch")) {
      return base;
    }
    Settings f = s.section("fetch");
    Fetch old = base.fetch();
    return base.fetch(
        f.integer("max", old.max(), 0, 100_000),
        f.duration("every", old.every(), Duration.ZERO, LONGEST));
  }

  private static Subscription batch(Settings s, Subscription base) {
    if (!s.has("batch")) {
      return base;
    }
    Settings b = s.section("batch");
    Batch old = base.batch();
    return base.batch(
        b.integer("size", old.size(), 1, 10_000),
        b.duration("wait", old.linger(), Duration.ZERO, Duration.ofMinutes(1)));
  }

  /** A time to keep, or a section; zero for what does not inherit the defaults. */
  private static Subscription idempotent(Settings s, Subscription base) {
    if (!s.has("idempotent")) {
      return base;
    }
    Idempotent old = base.idempotent().orElse(new Idempotent(Idempotent.KEEP, By.ID));
    if (s.raw("idempotent").filter(l -> l.value() instanceof Map).isPresent()) {
      Settings i = s.section("idempotent");
      return base.idempotent(
          new Idempotent(
              i.duration("keep", old.keep(), SHORTEST_KEEP, LONGEST_KEEP),
              i.choice("by", old.by())));
    }
    Duration keep = s.duration("idempotent", old.keep(), Duration.ZERO, LONGEST_KEEP);
    return keep.isZero()
        ? base.repeatable()
        : checked(s, "idempotent", base, b -> b.idempotent(new Idempotent(keep, old.by())));
  }

  private static Subscription circuit(Settings s, Subscription base) {
    if (!s.has("circuit")) {
      return base;
    }
    Settings c = s.section("circuit");
    Circuit old = base.circuit();
    return base.circuit(
        new Circuit(
            c.integer("failures", old.failures(), 0, 100_000),
            c.duration("probe", old.probe(), SHORTEST, Duration.ofHours(1)),
            c.duration("patience", old.patience(), SHORTEST, Duration.ofDays(1))));
  }

  private static Subscription checked(
      Settings s, String key, Subscription base, UnaryOperator<Subscription> change) {
    try {
      return change.apply(base);
    } catch (IllegalArgumentException e) {
      s.problem(key, "is wrong: " + e.getMessage());
      return base;
    }
  }

  private static String topic(String name) {
    try {
      return Names.topic(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is wrong: " + e.getMessage(), e);
    }
  }

  private static String pattern(String text) {
    try {
      TypeFilter.of(text);
      return text;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is wrong: " + e.getMessage(), e);
    }
  }
}

package io.postbus.test;

import io.postbus.Health.ConsumerHealth;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.spi.Backlog;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Whether the members of every group have what there is for them. One thread at a time.
 *
 * <p>A member that holds as much as it may, fetches at intervals or has no broker leaves messages
 * where they are: what has not changed for a while is taken for that.
 */
final class Quiet {
  private static final long UNCHANGED_NANOS = Duration.ofMillis(50).toNanos();

  private final LongSupplier moment;
  private final Supplier<List<NamedBroker>> brokers;
  private final Supplier<List<ConsumerHealth>> consumers;
  private final Map<String, Seen> seen = new HashMap<>();

  /**
   * What a group had.
   *
   * @param moment of virtual time: with every moment the members get a new chance
   * @param at since when, in real time
   */
  private record Seen(long ready, int held, long moment, long at) {}

  Quiet(
      LongSupplier moment,
      Supplier<List<NamedBroker>> brokers,
      Supplier<List<ConsumerHealth>> consumers) {
    this.moment = moment;
    this.brokers = brokers;
    this.consumers = consumers;
  }

  boolean now() {
    return held().entrySet().stream().allMatch(e -> quiet(e.getKey(), e.getValue()));
  }

  /** As {@code mail: 3 ready, 2 in hand}, of each group that is not quiet. */
  String noise() {
    return held().entrySet().stream()
        .filter(e -> ready(e.getKey()) > 0 || e.getValue() > 0)
        .map(e -> e.getKey() + ": " + ready(e.getKey()) + " ready, " + e.getValue() + " in hand")
        .collect(Collectors.joining("; "));
  }

  private boolean quiet(String group, int held) {
    long unsettled = sum(group, b -> b.unsettled().orElse(0));
    long ready = ready(group);
    Seen before = seen.get(group);
    long now = moment.getAsLong();
    if (before == null || before.ready != ready || before.held != held || before.moment != now) {
      before = new Seen(ready, held, now, System.nanoTime());
      seen.put(group, before);
    }
    boolean still = System.nanoTime() - before.at > UNCHANGED_NANOS;
    return unsettled == held && (ready == 0 || still);
  }

  /** How many deliveries the members hold, by group; without those that have been stopped. */
  private Map<String, Integer> held() {
    return consumers.get().stream()
        .filter(c -> c.state() == State.RUNNING || c.state() == State.STALLED)
        .collect(
            Collectors.groupingBy(
                ConsumerHealth::group, Collectors.summingInt(ConsumerHealth::inFlight)));
  }

  private long ready(String group) {
    return sum(group, Backlog::ready);
  }

  private long sum(String group, ToLongFunction<Backlog> figure) {
    return brokers.get().stream().mapToLong(b -> figure.applyAsLong(b.backlog(group))).sum();
  }
}

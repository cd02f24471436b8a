package io.postbus.test;

import io.postbus.Health.ConsumerHealth;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.runtime.bus.OpenedBus;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Whether the members of every group have what there is for them. A broker that has been stopped
 * hands out nothing, and a member that has no room or fetches at intervals leaves messages where
 * they are. Thread-safe.
 */
final class Quiet {
  private final OpenedBus bus;
  private final Supplier<List<NamedBroker>> brokers;

  Quiet(OpenedBus bus, Supplier<List<NamedBroker>> brokers) {
    this.bus = bus;
    this.brokers = brokers;
  }

  boolean now() {
    return held().entrySet().stream().allMatch(e -> quiet(e.getKey(), e.getValue()));
  }

  /** As {@code mail: 3 ready, 2 in hand}, of each group that has anything. */
  String noise() {
    return held().entrySet().stream()
        .filter(e -> ready(e.getKey()) > 0 || e.getValue() > 0)
        .map(e -> e.getKey() + ": " + ready(e.getKey()) + " ready, " + e.getValue() + " in hand")
        .collect(Collectors.joining("; "));
  }

  private boolean quiet(String group, int held) {
    long unsettled = running().stream().mapToLong(b -> b.unsettled(group)).sum();
    return unsettled == held && (ready(group) == 0 || !bus.hungry(group));
  }

  /** How many deliveries the members hold, by group; without those that have been stopped. */
  private Map<String, Integer> held() {
    return bus.health().consumers().stream()
        .filter(c -> c.state() == State.RUNNING || c.state() == State.STALLED)
        .collect(
            Collectors.groupingBy(
                ConsumerHealth::group, Collectors.summingInt(ConsumerHealth::inFlight)));
  }

  private long ready(String group) {
    return running().stream().mapToLong(b -> b.backlog(group).ready()).sum();
  }

  private List<NamedBroker> running() {
    return brokers.get().stream().filter(b -> !b.stopped()).toList();
  }
}

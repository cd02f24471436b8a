package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.Subscription;
import io.postbus.cli.Invocation;
import io.postbus.runtime.config.ModuleSettings;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Settings;
import io.postbus.spi.TypeFilter;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The groups and topics that are known: those of the store's registry, and those of the
 * configuration, which another process may have put on the broker. Immutable.
 */
final class Landscape {
  /**
   * A group that is known.
   *
   * @param since when it was registered; empty if it only stands in the configuration
   */
  record Known(
      String name, Set<String> topics, TypeFilter events, Order order, Optional<Instant> since) {
    /** The events that it wants, by name or pattern. */
    List<String> wanted() {
      return events.patterns().isEmpty() ? List.of("*") : List.copyOf(events.patterns());
    }
  }

  private final SortedMap<String, Known> groups = new TreeMap<>();
  private final Set<String> topics = new TreeSet<>();

  private Landscape() {}

  static Landscape of(Invocation invocation, Bus bus) {
    Landscape all = new Landscape();
    Settings root = invocation.configuration().source().load();
    all.topics.addAll(root.section("topics").keys());
    ModuleSettings.read(root).values().stream()
        .flatMap(module -> module.consumers().stream())
        .forEach(consumer -> all.add(known(consumer)));
    bus.groups().list().forEach(group -> all.add(known(group)));
    return all;
  }

  /** By name. */
  SortedMap<String, Known> groups() {
    return Collections.unmodifiableSortedMap(groups);
  }

  /** In order. */
  Set<String> topics() {
    return Collections.unmodifiableSet(topics);
  }

  private void add(Known group) {
    groups.put(group.name(), group);
    topics.addAll(group.topics());
  }

  private static Known known(Subscription s) {
    return new Known(s.group(), s.topics(), s.events(), s.order(), Optional.empty());
  }

  private static Known known(Group g) {
    return new Known(g.name(), g.topics(), g.types(), g.order(), Optional.of(g.since()));
  }
}

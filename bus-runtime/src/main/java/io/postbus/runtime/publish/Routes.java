package io.postbus.runtime.publish;

import io.postbus.runtime.connect.Connection;
import io.postbus.spi.BusException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Which topics of a connection have groups: those that the registry knows, and those that the
 * broker does, since groups of machines with other stores are in no registry of ours. One look into
 * a map in the usual case. Thread-safe.
 */
final class Routes {
  /** How long the broker's word counts that there are groups. */
  private static final long YES_NANOS = Duration.ofSeconds(1).toNanos();

  /** How long it counts that there are none: short, since it makes publications fail. */
  private static final long NO_NANOS = Duration.ofMillis(250).toNanos();

  private static final int TOPICS_REMEMBERED = 10_000;

  private final Connection connection;
  private final KnownGroups known;
  private final Executor background;
  private final Map<String, Route> routes = new ConcurrentHashMap<>();
  private final Set<String> asking = ConcurrentHashMap.newKeySet();

  Routes(Connection connection, KnownGroups known, Executor background) {
    this.connection = connection;
    this.known = known;
    this.background = background;
  }

  /** The topic's route; asks store and broker where nothing is known, so it may block. */
  Route topic(String topic) {
    Route route = routes.get(topic);
    if (route == null || route.basis != known.snapshot()) {
      return find(topic);
    }
    if (!route.expired()) {
      return route;
    }
    if (route.routable) {
      findLater(topic);
      return route;
    }
    return find(topic);
  }

  /**
   * Whether there may be such a group: one that is not in the registry may be in another machine's,
   * unless all share this one. May block as {@link #topic} does.
   */
  boolean mayHaveGroup(String group) {
    return !known.complete() || known.snapshot().knows(group) || known.fresh().knows(group);
  }

  private Route find(String topic) {
    Snapshot now = known.snapshot();
    if (now.filters(topic).isEmpty()) {
      now = known.fresh();
    }
    return remember(
        now.filters(topic).isEmpty() ? askBroker(topic, now) : Route.registered(topic, now));
  }

  private Route askBroker(String topic, Snapshot now) {
    boolean routable = connection.driver().topology().hasGroups(topic);
    long expires = System.nanoTime() + (routable ? YES_NANOS : NO_NANOS);
    return Route.told(topic, now, routable, expires);
  }

  private Route remember(Route route) {
    if (routes.size() >= TOPICS_REMEMBERED) {
      routes.clear();
    }
    routes.put(route.destination.name(), route);
    return route;
  }

  private void findLater(String topic) {
    if (!asking.add(topic)) {
      return;
    }
    background.execute(
        () -> {
          try {
            Route unused = find(topic);
          } catch (BusException brokerAway) {
            // What was known counts until the broker answers; sending finds out by itself.
            routes.computeIfPresent(
                topic, (t, old) -> Route.told(topic, old.basis, true, nextYes()));
          } finally {
            asking.remove(topic);
          }
        });
  }

  private static long nextYes() {
    return System.nanoTime() + YES_NANOS;
  }
}

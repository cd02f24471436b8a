package io.postbus.runtime.publish;

import io.postbus.message.Destination;
import io.postbus.spi.TypeFilter;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is known of a topic on a connection. Thread-safe.
 *
 * <p>What the registry said holds as long as its snapshot does; what only the broker said, and that
 * nobody is there, holds for a time.
 */
final class Route {
  private static final int TYPES_REMEMBERED = 1000;

  /** With what the registry knows of its groups. */
  final Destination destination;

  final Snapshot basis;
  final boolean routable;
  private final Set<TypeFilter> filters;
  private final boolean everything;
  private final long expires;
  private final Map<String, Boolean> wanted = new ConcurrentHashMap<>();

  private Route(String topic, Snapshot basis, boolean routable, long expires) {
    this.filters = basis.filters(topic);
    boolean wanted = filters.stream().anyMatch(f -> f.patterns().isEmpty());
    this.destination = wanted ? Destination.wantedTopic(topic) : Destination.topic(topic);
    this.basis = basis;
    this.routable = routable;
    this.expires = expires;
    this.everything = filters.isEmpty() || wanted;
  }

  /** By the registry: holds as long as the snapshot. */
  static Route registered(String topic, Snapshot basis) {
    return new Route(topic, basis, true, Long.MAX_VALUE);
  }

  /** By the broker: holds until {@code expires}, by {@link System#nanoTime()}. */
  static Route told(String topic, Snapshot basis, boolean routable, long expires) {
    return new Route(topic, basis, routable, expires);
  }

  boolean expired() {
    return expires != Long.MAX_VALUE && System.nanoTime() - expires > 0;
  }

  /** Whether the registry knows a group that wants the type. */
  boolean surelyWants(String type) {
    return !filters.isEmpty() && wants(type);
  }

  /** Whether a group may want the type, as far as the registry knows. */
  boolean wants(String type) {
    if (everything) {
      return true;
    }
    Boolean known = wanted.get(type);
    if (known != null) {
      return known;
    }
    boolean accepts = filters.stream().anyMatch(f -> f.accepts(type));
    if (wanted.size() < TYPES_REMEMBERED) {
      wanted.put(type, accepts);
    }
    return accepts;
  }
}

package io.postbus.runtime.publish;

import io.postbus.spi.Group;
import io.postbus.spi.TypeFilter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The registry's groups at a moment, by what publishing asks for. Immutable. */
final class Snapshot {
  private final List<Group> groups;
  private final Set<String> names = new HashSet<>();
  private final Map<String, Set<TypeFilter>> filters = new HashMap<>();

  private Snapshot(List<Group> groups) {
    this.groups = groups;
    for (Group g : groups) {
      names.add(g.name());
      for (String topic : g.topics()) {
        filters.computeIfAbsent(topic, t -> new HashSet<>()).add(g.types());
      }
    }
  }

  static Snapshot of(List<Group> groups) {
    return new Snapshot(List.copyOf(groups));
  }

  List<Group> groups() {
    return groups;
  }

  boolean knows(String group) {
    return names.contains(group);
  }

  /** What the topic's groups want; empty if it has none. */
  Set<TypeFilter> filters(String topic) {
    return filters.getOrDefault(topic, Set.of());
  }
}

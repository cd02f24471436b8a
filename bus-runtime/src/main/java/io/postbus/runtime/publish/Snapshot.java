package io.postbus.runtime.publish;

import io.postbus.spi.Group;
import io.postbus.spi.TypeFilter;
import java.util.ArrayList;
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
  private final Map<String, List<Group>> byTopic = new HashMap<>();

  private Snapshot(List<Group> groups) {
    this.groups = groups;
    for (Group g : groups) {
      names.add(g.name());
      for (String topic : g.topics()) {
        filters.computeIfAbsent(topic, t -> new HashSet<>()).add(g.types());
        byTopic.computeIfAbsent(topic, t -> new ArrayList<>()).add(g);
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

  /** The topic's groups that want the type. */
  List<Group> wanting(String topic, String type) {
    return byTopic.getOrDefault(topic, List.of()).stream()
        .filter(g -> g.types().accepts(type))
        .toList();
  }

  /** What the topic's groups want; empty if it has none. */
  Set<TypeFilter> filters(String topic) {
    return filters.getOrDefault(topic, Set.of());
  }
}

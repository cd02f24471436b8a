package io.postbus.driver.memory;

import io.postbus.spi.Group;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The groups that are registered with a store, by name. Thread-safe: one monitor. */
final class Groups {
  private final Map<String, Group> byName = new TreeMap<>();

  synchronized Optional<Group> register(Group group) {
    Optional<Group> before = find(group.name());
    byName.put(group.name(), before.map(b -> since(group, b)).orElse(group));
    return before;
  }

  synchronized void remove(String name) {
    byName.remove(name);
  }

  synchronized Optional<Group> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  synchronized List<Group> all() {
    return List.copyOf(byName.values());
  }

  private static Group since(Group now, Group before) {
    return new Group(now.name(), now.topics(), now.types(), now.order(), before.since());
  }
}

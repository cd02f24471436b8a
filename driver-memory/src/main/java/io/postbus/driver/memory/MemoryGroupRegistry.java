package io.postbus.driver.memory;

import io.postbus.spi.Group;
import io.postbus.spi.GroupRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The registered groups in a map. Thread-safe. */
final class MemoryGroupRegistry implements GroupRegistry {
  private final MemoryStore store;
  private final Map<String, Group> groups;

  MemoryGroupRegistry(MemoryStore store, Map<String, Group> groups) {
    this.store = store;
    this.groups = groups;
  }

  @Override
  public Optional<Group> register(Group group) {
    store.requireOpen();
    synchronized (groups) {
      Optional<Group> before = Optional.ofNullable(groups.get(group.name()));
      groups.put(group.name(), before.map(b -> since(group, b)).orElse(group));
      return before;
    }
  }

  @Override
  public void remove(String group) {
    store.requireOpen();
    synchronized (groups) {
      groups.remove(group);
    }
  }

  @Override
  public Optional<Group> find(String group) {
    store.requireOpen();
    synchronized (groups) {
      return Optional.ofNullable(groups.get(group));
    }
  }

  @Override
  public List<Group> groupsOf(String topic) {
    return all().stream().filter(g -> g.topics().contains(topic)).toList();
  }

  @Override
  public List<Group> all() {
    store.requireOpen();
    synchronized (groups) {
      return List.copyOf(groups.values());
    }
  }

  private static Group since(Group now, Group before) {
    return new Group(now.name(), now.topics(), now.types(), now.order(), before.since());
  }
}

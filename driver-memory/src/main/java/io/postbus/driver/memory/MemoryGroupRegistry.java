package io.postbus.driver.memory;

import io.postbus.spi.Group;
import io.postbus.spi.GroupRegistry;
import java.util.List;
import java.util.Optional;

/** The registered groups in a map. Thread-safe. */
final class MemoryGroupRegistry implements GroupRegistry {
  private final MemoryStore store;
  private final Groups groups;

  MemoryGroupRegistry(MemoryStore store, Groups groups) {
    this.store = store;
    this.groups = groups;
  }

  @Override
  public Optional<Group> register(Group group) {
    store.requireReachable();
    return groups.register(group);
  }

  @Override
  public void remove(String group) {
    store.requireReachable();
    groups.remove(group);
  }

  @Override
  public Optional<Group> find(String group) {
    store.requireReachable();
    return groups.find(group);
  }

  @Override
  public List<Group> groupsOf(String topic) {
    return all().stream().filter(g -> g.topics().contains(topic)).toList();
  }

  @Override
  public List<Group> all() {
    store.requireReachable();
    return groups.all();
  }
}

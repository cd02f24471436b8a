package io.postbus.runtime.bus;

import io.postbus.runtime.publish.KnownGroups;
import io.postbus.spi.Group;
import io.postbus.spi.GroupRegistry;
import java.util.List;
import java.util.Optional;

/** The registry, telling publishing of what this process changes in it. Thread-safe. */
record NotingRegistry(GroupRegistry registry, KnownGroups known) implements GroupRegistry {
  @Override
  public Optional<Group> register(Group group) {
    try {
      return registry.register(group);
    } finally {
      known.invalidate();
    }
  }

  @Override
  public void remove(String group) {
    try {
      registry.remove(group);
    } finally {
      known.invalidate();
    }
  }

  @Override
  public Optional<Group> find(String group) {
    return registry.find(group);
  }

  @Override
  public List<Group> groupsOf(String topic) {
    return registry.groupsOf(topic);
  }

  @Override
  public List<Group> all() {
    return registry.all();
  }
}

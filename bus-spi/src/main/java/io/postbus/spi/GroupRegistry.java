package io.postbus.spi;

import java.util.List;
import java.util.Optional;

/** The groups that were ever registered and not removed. */
public interface GroupRegistry {
  /**
   * Adds the group or replaces what is known of it; the time of the first registration stays.
   *
   * @return what it replaced
   */
  Optional<Group> register(Group group);

  /** Forgets the group; idempotent. */
  void remove(String group);

  Optional<Group> find(String group);

  /** The groups that subscribe to the topic, by name. */
  List<Group> groupsOf(String topic);

  /** All groups, by name. */
  List<Group> all();
}

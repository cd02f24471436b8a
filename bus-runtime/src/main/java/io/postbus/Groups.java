package io.postbus;

import io.postbus.spi.Backlog;
import io.postbus.spi.Group;
import java.util.List;
import java.util.Optional;

/** The groups that the store's registry knows. Thread-safe; every call asks the store or broker. */
public interface Groups {
  List<Group> list();

  Optional<Group> find(String group);

  /** What the group has before it on the broker. */
  Backlog backlog(String group);

  /**
   * Removes the group with all that it has not handled, and its waiting retries; its dead letters
   * stay.
   *
   * @return whether there was one in the registry
   * @throws io.postbus.spi.ConfigurationException if this bus has a consumer of it: close that
   *     first; other processes' consumers bring the group back when they reconnect
   */
  boolean remove(String group);

  /** Drops what the group has not been handed yet, and says how many, as well as the broker can. */
  long purge(String group);
}

package io.postbus.spi;

import io.postbus.message.Names;
import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * A named subscriber: every group of a topic gets every message that its filter accepts and that is
 * published after its registration; the members of a group compete.
 *
 * @param topics may be empty: such a group only gets what is sent to it directly
 * @param since when it was first registered, by the store's clock
 */
public record Group(String name, Set<String> topics, TypeFilter types, Order order, Instant since) {
  public Group {
    Names.group(name);
    topics.forEach(Names::topic);
    topics = Collections.unmodifiableSet(new TreeSet<>(topics));
  }

  /** A group that only gets what is sent to it directly. */
  public static Group direct(String name, Instant since) {
    return new Group(name, Set.of(), TypeFilter.all(), Order.NONE, since);
  }
}

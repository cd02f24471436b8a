package io.postbus.spi;

/**
 * The names on the broker. Thread-safe; blocking, within {@link DriverContext#callTimeout()}.
 *
 * <p>Whatever was declared is declared again when a connection returns to a broker that lost it.
 *
 * <p>Every method throws {@link ConnectionException} when the broker does not answer in time, and
 * {@link ConfigurationException} for a name that the broker refuses or a thing of that name that is
 * not as we need it, with the ways out.
 */
public interface Topology {
  /** Makes the topic if it is not there. Idempotent. */
  void declare(TopicSpec topic);

  /**
   * Makes the group and its topics if they are not there, beginning at {@code start}. When it
   * returns, the group gets every message that is published to its topics from now on and all that
   * is sent to it directly. Idempotent: a group that exists keeps its position.
   *
   * @throws UnsupportedCapabilityException if the start or the order is not among the capabilities
   */
  void declare(Group group, Start start);

  /** Takes away what {@code before} subscribed to and {@code now}, of the same name, does not. */
  void retire(Group before, Group now);

  /** Removes the group with all that it has not handled. Idempotent. */
  void remove(Group group);

  /** Whether at least one group, of any process, subscribes to the topic. */
  boolean hasGroups(String topic);

  /** What the group has before it. A group that does not exist has none. */
  Backlog backlog(Group group);

  /**
   * Drops what the group has not been handed yet, and nothing of other groups.
   *
   * @return how many, as well as the broker can tell
   */
  long purge(Group group);
}

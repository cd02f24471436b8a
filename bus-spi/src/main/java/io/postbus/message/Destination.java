package io.postbus.message;

/** Where a message is sent. */
public sealed interface Destination {
  /** The topic's or the group's name, without the namespace. */
  String name();

  /**
   * Every group of the topic gets the message.
   *
   * @param wanted whether a group is known that takes every type, so that a driver need not ask its
   *     broker whether anybody took the message
   */
  record ToTopic(String name, boolean wanted) implements Destination {}

  /** One group gets the message, whatever its filter says: retry, redrive, republication. */
  record ToGroup(String name) implements Destination {}

  static Destination topic(String name) {
    return new ToTopic(name, false);
  }

  /** A topic with a group that takes every type. */
  static Destination wantedTopic(String name) {
    return new ToTopic(name, true);
  }

  static Destination group(String name) {
    return new ToGroup(name);
  }
}

package io.postbus.message;

/** Where a message is sent. */
public sealed interface Destination {
  /** The topic's or the group's name, without the namespace. */
  String name();

  /** Every group of the topic gets the message. */
  record ToTopic(String name) implements Destination {}

  /** One group gets the message, whatever its filter says: retry, redrive, republication. */
  record ToGroup(String name) implements Destination {}

  static Destination topic(String name) {
    return new ToTopic(name);
  }

  static Destination group(String name) {
    return new ToGroup(name);
  }
}

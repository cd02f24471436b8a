package io.postbus.driver.redisstream;

import java.nio.charset.StandardCharsets;

/** What things are called on the server: the namespace, then the name. */
record RedisNames(String namespace) {
  /** Groups of this kind are looked for by their own name, so their stream has no other. */
  private static final String DEAD_LETTERS = "dlq.";

  /** The topic's stream. */
  String topic(String topic) {
    return namespace + topic;
  }

  /** The stream of what is sent to the group directly. */
  String inbox(String group) {
    return namespace + (group.startsWith(DEAD_LETTERS) ? "" : "postbus:inbox:") + group;
  }

  /** The consumer group on each of its streams. */
  String group(String group) {
    return namespace + group;
  }

  /** The lease of the one active member of a group with an order. */
  String owner(String group) {
    return namespace + "postbus:owner:" + group;
  }

  /** The channel of hints between nodes. */
  String signals() {
    return namespace + "postbus:signals";
  }

  /** A stream that never exists. */
  String probe() {
    return namespace + "postbus:probe";
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}

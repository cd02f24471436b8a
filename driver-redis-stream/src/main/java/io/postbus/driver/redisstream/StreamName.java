package io.postbus.driver.redisstream;

/** A stream; each member and producer has its own names, so they are compared by identity. */
final class StreamName {
  private final String topic;
  private final String name;
  private final byte[] key;

  /**
   * @param topic the topic of its entries, unless they tell another
   * @param name its key
   */
  StreamName(String topic, String name) {
    this.topic = topic;
    this.name = name;
    this.key = RedisNames.bytes(name);
  }

  String topic() {
    return topic;
  }

  String name() {
    return name;
  }

  /** Not a copy. */
  byte[] key() {
    return key;
  }
}

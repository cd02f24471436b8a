package io.postbus.driver.kafka;

import io.postbus.spi.ConfigurationException;

/** What things are called on the broker: the namespace, then the name. */
record KafkaNames(String namespace) {
  static final String DEAD_LETTERS = "dlq.";
  private static final int LIMIT = 249;

  /** The topic. */
  String topic(String topic) {
    return checked(namespace + topic);
  }

  /** The consumer group. */
  String group(String group) {
    return namespace + group;
  }

  /** The topic of what is sent to one group alone; that of dead letters is called as they are. */
  String inbox(String group) {
    return checked(namespace + (group.startsWith(DEAD_LETTERS) ? group : "postbus.inbox." + group));
  }

  /** The topic of the hints between nodes. */
  String signals() {
    return checked(namespace + "postbus.signals");
  }

  /** The topic's name without the namespace; its own if it is none of ours. */
  String topicOf(String topic) {
    return topic.startsWith(namespace) ? topic.substring(namespace.length()) : topic;
  }

  private static String checked(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letter && c != '.' && c != '_' && c != '-') {
        throw new ConfigurationException(
            "The name \"%.60s\" has \"%s\" at position %d; Kafka takes letters, digits, dots, hyphens and underscores"
                .formatted(name, c, i),
            null);
      }
    }
    if (name.length() > LIMIT) {
      throw new ConfigurationException(
          "The name \"%.60s…\" is longer than the %d characters that Kafka takes; shorten it or the namespace"
              .formatted(name, LIMIT),
          null);
    }
    return name;
  }
}

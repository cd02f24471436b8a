package io.postbus.driver.rabbitmq;

import io.postbus.spi.ConfigurationException;
import java.nio.charset.StandardCharsets;

/** What things are called on the broker: the namespace, then the name. */
record RabbitNames(String namespace) {
  /** AMQP's short string. */
  private static final int LIMIT = 255;

  /** The topic exchange. */
  String topic(String topic) {
    return bounded(namespace + topic);
  }

  /** The queue. */
  String group(String group) {
    return bounded(namespace + group);
  }

  /** Where a quorum queue puts what it gives up on. */
  String deadLetters(String group) {
    return bounded(namespace + "dlq." + group);
  }

  /** The exchange that is there as long as the topic has a group. */
  String marker(String topic) {
    return bounded(namespace + "postbus.groups." + topic);
  }

  /** The exchange of the hints between nodes. */
  String signals() {
    return bounded(namespace + "postbus.signals");
  }

  /** The topic of an exchange; the exchange's own name if it is none of ours. */
  String topicOf(String exchange) {
    return exchange.startsWith(namespace) ? exchange.substring(namespace.length()) : exchange;
  }

  private static String bounded(String name) {
    // A char is at most three bytes, so most names need no encoding to be judged.
    if (name.length() * 3 > LIMIT && name.getBytes(StandardCharsets.UTF_8).length > LIMIT) {
      throw new ConfigurationException(
          "The name \"%.60s…\" is longer than the %d bytes that RabbitMQ takes; shorten it or the namespace"
              .formatted(name, LIMIT),
          null);
    }
    return name;
  }
}

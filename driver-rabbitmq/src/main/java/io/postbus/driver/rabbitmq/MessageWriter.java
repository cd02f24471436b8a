package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.postbus.message.CloudEvents;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.ProducerSpec.Confirm;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;

/** A message's attributes as AMQP properties and headers. Stateless. */
final class MessageWriter {
  static final String ATTRIBUTE_PREFIX = "cloudEvents_";

  /** The topic of a message that comes by no exchange that would tell it. */
  static final String TOPIC_HEADER = Message.RESERVED_HEADERS + "topic";

  private static final int TRANSIENT = 1;
  private static final int PERSISTENT = 2;

  /** The attributes' names with the prefix: made once, not for each message. */
  private static final Map<String, String> ATTRIBUTES = new HashMap<>();

  static {
    CloudEvents.NAMES.forEach(name -> ATTRIBUTES.put(name, ATTRIBUTE_PREFIX + name));
  }

  private MessageWriter() {}

  static BasicProperties properties(Destination to, Message m, Confirm confirm) {
    Map<String, Object> headers = new HashMap<>(16 + 2 * m.headers().size());
    m.headers()
        .forEach(
            (name, value) -> {
              if (!CloudEvents.isAttributeHeader(name)) {
                headers.put(name, value);
              }
            });
    CloudEvents.write(m, (name, value) -> headers.put(ATTRIBUTES.get(name), value));
    if (!(to instanceof Destination.ToTopic) || !to.name().equals(m.topic())) {
      headers.put(TOPIC_HEADER, m.topic());
    }
    return new BasicProperties(
        m.contentType(),
        null,
        headers,
        confirm == Confirm.CONFIRMED ? PERSISTENT : TRANSIENT,
        null,
        null,
        null,
        null,
        m.id(),
        Date.from(m.time()),
        m.type(),
        null,
        null,
        null);
  }
}

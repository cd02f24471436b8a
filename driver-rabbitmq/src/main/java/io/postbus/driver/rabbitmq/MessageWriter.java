package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.postbus.driver.rabbitmq.RabbitSettings.Attributes;
import io.postbus.message.CloudEvents;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.message.Names;
import io.postbus.spi.ProducerSpec.Confirm;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message's attributes as AMQP properties and headers. What a message costs the broker grows with
 * the number of things it carries, so compact ones have no header for what AMQP tells by itself:
 * id, content type and time as properties, the source as the application's id, the type as the
 * routing key. A time that the id tells is not carried at all. Thread-safe.
 */
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

  private final boolean compact;
  private final Integer deliveryMode;

  MessageWriter(Attributes attributes, Confirm confirm) {
    this.compact = attributes == Attributes.COMPACT;
    this.deliveryMode = confirm == Confirm.CONFIRMED ? PERSISTENT : TRANSIENT;
  }

  BasicProperties properties(Destination to, Message m) {
    Headers headers = new Headers();
    m.headers()
        .forEach(
            (name, value) -> {
              if (!CloudEvents.isAttributeHeader(name)) {
                headers.put(name, value);
              }
            });
    boolean topic = to instanceof Destination.ToTopic;
    if (!topic || !to.name().equals(m.topic())) {
      headers.put(TOPIC_HEADER, m.topic());
    }
    if (compact) {
      return compact(m, topic, headers);
    }
    CloudEvents.write(m, headers::attribute);
    return properties(m, true, m.type(), null, headers);
  }

  private BasicProperties compact(Message m, boolean routedByType, Headers headers) {
    String source = m.source();
    boolean fits = source != null && Names.isId(source);
    headers.attribute(CloudEvents.SOURCE, fits ? null : source);
    headers.attribute(CloudEvents.SUBJECT, m.subject());
    headers.attribute(CloudEvents.PARTITIONKEY, m.key());
    boolean dated = !MessageId.tells(m.id(), m.time());
    if (dated && !m.time().equals(m.time().truncatedTo(ChronoUnit.SECONDS))) {
      // The property has whole seconds.
      headers.attribute(CloudEvents.TIME, m.time().toString());
    }
    if (m.expiry() != null) {
      headers.attribute(CloudEvents.EXPIRYTIME, m.expiry().toString());
    }
    if (!m.headers().isEmpty()) {
      headers.attribute(CloudEvents.TRACEPARENT, m.header(CloudEvents.TRACEPARENT));
      headers.attribute(CloudEvents.TRACESTATE, m.header(CloudEvents.TRACESTATE));
    }
    return properties(m, dated, routedByType ? null : m.type(), fits ? source : null, headers);
  }

  private BasicProperties properties(
      Message m, boolean dated, @Nullable String type, @Nullable String appId, Headers headers) {
    return new BasicProperties(
        m.contentType(),
        null,
        headers.all,
        deliveryMode,
        null,
        null,
        null,
        null,
        m.id(),
        dated ? Date.from(m.time()) : null,
        type,
        null,
        appId,
        null);
  }

  /** None at all is cheaper than an empty table, here and at the broker. */
  private static final class Headers {
    @Nullable Map<String, Object> all;

    void put(String name, String value) {
      if (all == null) {
        all = new HashMap<>();
      }
      all.put(name, value);
    }

    void attribute(String name, @Nullable String value) {
      if (value != null) {
        put(ATTRIBUTES.getOrDefault(name, name), value);
      }
    }
  }
}

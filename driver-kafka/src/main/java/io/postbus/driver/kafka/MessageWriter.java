package io.postbus.driver.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postbus.driver.kafka.KafkaSettings.Attributes;
import io.postbus.message.CloudEvents;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A message as a record: attributes and headers are its headers. What a record costs both clients
 * grows with the number of its headers. Immutable.
 */
final class MessageWriter {
  static final String ATTRIBUTE_PREFIX = "ce_";

  /**
   * The prefix without a name, which no attribute has: the type, a space and the id, in one header,
   * for each costs as much as the record itself.
   */
  static final String TYPE_AND_ID = ATTRIBUTE_PREFIX;

  static final char BETWEEN = ' ';

  /** Where the CloudEvents binding has the content type. */
  static final String CONTENT_TYPE = "content-type";

  /** The topic of a message that lies in a group's inbox. */
  static final String TOPIC_HEADER = Message.RESERVED_HEADERS + "topic";

  /** The attributes' names with the prefix: made once, not for each message. */
  private static final Map<String, String> ATTRIBUTES = new HashMap<>();

  static {
    CloudEvents.NAMES.forEach(name -> ATTRIBUTES.put(name, ATTRIBUTE_PREFIX + name));
  }

  private static final String ID = ATTRIBUTE_PREFIX + CloudEvents.ID;
  private static final String TYPE = ATTRIBUTE_PREFIX + CloudEvents.TYPE;

  private final Attributes attributes;

  MessageWriter(Attributes attributes) {
    this.attributes = attributes;
  }

  /**
   * @param topic the one on the broker
   * @param own whether it is the message's own topic, which then need not be told
   */
  ProducerRecord<byte[], byte[]> record(
      String topic, @Nullable Integer partition, Message m, boolean own) {
    String key = m.key();
    MessageHeaders headers = new MessageHeaders();
    write(headers, m, own);
    return new MessageRecord(
        topic, partition, key == null ? null : key.getBytes(UTF_8), m.payload(), headers);
  }

  private void write(Headers headers, Message m, boolean own) {
    if (attributes == Attributes.FULL) {
      CloudEvents.write(m, (name, value) -> attribute(headers, name, value));
    } else {
      compact(headers, m);
    }
    String contentType = m.contentType();
    if (contentType != null) {
      attribute(headers, CloudEvents.DATACONTENTTYPE, contentType);
    } else if (m.header(CONTENT_TYPE) != null) {
      // Says that there is none, whatever the header of the application means.
      attribute(headers, CloudEvents.DATACONTENTTYPE, "");
    }
    if (!own) {
      headers.add(TOPIC_HEADER, m.topic().getBytes(UTF_8));
    }
    if (!m.headers().isEmpty()) {
      m.headers()
          .forEach(
              (name, value) -> {
                if (!CloudEvents.isAttributeHeader(name)) {
                  headers.add(name, value.getBytes(UTF_8));
                }
              });
    }
  }

  /** What the record's key or the id tells, or everybody takes for granted, has no header. */
  private void compact(Headers headers, Message m) {
    String type = m.type();
    if (attributes == Attributes.PACKED && type.indexOf(BETWEEN) < 0) {
      headers.add(TYPE_AND_ID, (type + BETWEEN + m.id()).getBytes(UTF_8));
    } else {
      headers.add(ID, m.id().getBytes(UTF_8));
      headers.add(TYPE, type.getBytes(UTF_8));
    }
    attribute(headers, CloudEvents.SOURCE, m.source());
    attribute(headers, CloudEvents.SUBJECT, m.subject());
    if (!MessageId.tells(m.id(), m.time())) {
      attribute(headers, CloudEvents.TIME, CloudEvents.text(m.time()));
    }
    if (m.expiry() != null) {
      attribute(headers, CloudEvents.EXPIRYTIME, CloudEvents.text(m.expiry()));
    }
    if (!m.headers().isEmpty()) {
      attribute(headers, CloudEvents.TRACEPARENT, m.header(CloudEvents.TRACEPARENT));
      attribute(headers, CloudEvents.TRACESTATE, m.header(CloudEvents.TRACESTATE));
    }
  }

  private static void attribute(Headers headers, String name, @Nullable String value) {
    if (value != null) {
      headers.add(ATTRIBUTES.get(name), value.getBytes(UTF_8));
    }
  }
}

package io.postbus.driver.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postbus.message.CloudEvents;
import io.postbus.message.Message;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** A message as a record: attributes and headers are its headers. Stateless. */
final class MessageWriter {
  static final String ATTRIBUTE_PREFIX = "ce_";

  /** Where the CloudEvents binding has the content type. */
  static final String CONTENT_TYPE = "content-type";

  /** The topic of a message that lies in a group's inbox. */
  static final String TOPIC_HEADER = Message.RESERVED_HEADERS + "topic";

  /** The attributes' names with the prefix: made once, not for each message. */
  private static final Map<String, String> ATTRIBUTES = new HashMap<>();

  static {
    CloudEvents.NAMES.forEach(name -> ATTRIBUTES.put(name, ATTRIBUTE_PREFIX + name));
  }

  private MessageWriter() {}

  /**
   * @param topic the one on the broker
   * @param own whether it is the message's own topic, which then need not be told
   */
  static ProducerRecord<byte[], byte[]> record(
      String topic, @Nullable Integer partition, Message m, boolean own) {
    Headers headers = new RecordHeaders();
    CloudEvents.write(m, (name, value) -> headers.add(ATTRIBUTES.get(name), value.getBytes(UTF_8)));
    String contentType = m.contentType();
    if (contentType != null) {
      headers.add(ATTRIBUTES.get(CloudEvents.DATACONTENTTYPE), contentType.getBytes(UTF_8));
    } else if (m.header(CONTENT_TYPE) != null) {
      // Says that there is none, whatever the header of the application means.
      headers.add(ATTRIBUTES.get(CloudEvents.DATACONTENTTYPE), new byte[0]);
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
    String key = m.key();
    // The moment of publication, by which the broker keeps it: ce_time may be long ago.
    return new ProducerRecord<>(
        topic, partition, null, key == null ? null : key.getBytes(UTF_8), m.payload(), headers);
  }
}

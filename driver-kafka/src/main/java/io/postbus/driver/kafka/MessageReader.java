package io.postbus.driver.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postbus.message.CloudEvents;
import io.postbus.message.Message;
import io.postbus.message.Names;
import io.postbus.spi.Group;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of records, whoever wrote them: CloudEvents headers first, then what the record
 * itself has, then defaults. Never fails. Thread-safe.
 */
final class MessageReader {
  private static final int PREFIX = MessageWriter.ATTRIBUTE_PREFIX.length();

  /** Where each attribute's value is kept while a record is read. */
  private static final Map<String, Integer> PLACES = new HashMap<>();

  static {
    for (String name : List.copyOf(CloudEvents.NAMES)) {
      PLACES.put(name, PLACES.size());
    }
  }

  private static final int ID = place(CloudEvents.ID);
  private static final int CONTENT_TYPE = place(CloudEvents.DATACONTENTTYPE);

  private static int place(String name) {
    return PLACES.getOrDefault(name, 0);
  }

  private final KafkaNames names;
  private final String inbox;

  /** The topic of what somebody put into the inbox without a word. */
  private final String direct;

  MessageReader(KafkaNames names, Group group) {
    this.names = names;
    this.inbox = names.inbox(group.name());
    this.direct = group.topics().size() == 1 ? group.topics().iterator().next() : group.name();
  }

  Message read(ConsumerRecord<byte[], byte[]> record) {
    byte[] body = record.value() == null ? new byte[0] : record.value();
    @Nullable String[] attributes = new String[PLACES.size()];
    String topic = record.topic().equals(inbox) ? direct : names.topicOf(record.topic());
    Message.Builder m = Message.received(topic, CloudEvents.UNKNOWN_TYPE).body(body);
    String bindings = null;
    for (Header header : record.headers()) {
      String name = header.key();
      Integer place =
          name.startsWith(MessageWriter.ATTRIBUTE_PREFIX)
              ? PLACES.get(name.substring(PREFIX))
              : null;
      String text = text(header.value());
      if (place != null) {
        attributes[place] = text;
      } else if (name.equals(MessageWriter.TOPIC_HEADER)) {
        m.topic(text == null ? direct : text);
      } else if (text != null && Names.isId(name)) {
        // Names.isId has the limits of a header's name: 1 to 255 bytes.
        m.header(name, text);
        bindings = name.equals(MessageWriter.CONTENT_TYPE) ? text : bindings;
      }
    }
    m.key(text(record.key()));
    m.time(Instant.ofEpochMilli(Math.max(0, record.timestamp())));
    String id = attributes[ID];
    if (id == null || !Names.isId(id)) {
      m.id(record.topic() + "-" + record.partition() + "-" + record.offset());
    }
    CloudEvents.read(m, name -> attributes[place(name)]);
    String contentType = attributes[CONTENT_TYPE];
    String told = contentType == null ? bindings : contentType;
    m.contentType(told == null || told.isEmpty() ? null : told);
    return m.build();
  }

  /** The text that the bytes are, or Base64 of them. */
  private static @Nullable String text(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    for (byte b : bytes) {
      if (b < 0) {
        return decoded(bytes);
      }
    }
    return new String(bytes, UTF_8);
  }

  private static String decoded(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notText) {
      return Base64.getEncoder().encodeToString(bytes);
    }
  }
}

package io.postbus.driver.redisstream;

import io.postbus.message.CloudEvents;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.message.Names;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of a stream's entries, whoever wrote them: CloudEvents fields first, then what the
 * message's or the entry's id tells, then defaults; every other field is a header. Never fails.
 * Stateless.
 */
final class MessageReader {
  private static final byte[] NOTHING = new byte[0];
  private static final String PREFIX = MessageWriter.ATTRIBUTE_PREFIX;
  private static final String HEADER_PREFIX = MessageWriter.HEADER_PREFIX;

  private MessageReader() {}

  /**
   * @param topic of an entry that does not tell its own
   * @param fields names and values in turn
   */
  static Message read(String topic, byte[] entryId, List<?> fields) {
    Map<String, String> attributes = new HashMap<>();
    String id = null;
    Message.Builder m = Message.received(topic, CloudEvents.UNKNOWN_TYPE).body(NOTHING);
    for (int i = 0; i + 1 < fields.size(); i += 2) {
      byte[] field = (byte[]) fields.get(i);
      byte[] value = (byte[]) fields.get(i + 1);
      if (DataField.is(field)) {
        id = DataField.id(field);
        m.id(id).type(DataField.type(field)).body(value);
        continue;
      }
      String name = RedisNames.text(field);
      if (name.equals(MessageWriter.DATA)) {
        m.body(value);
      } else if (name.startsWith(PREFIX) && MessageWriter.isAttribute(name)) {
        attributes.put(name.substring(PREFIX.length()), text(value));
      } else if (name.equals(MessageWriter.TOPIC_FIELD)) {
        m.topic(text(value));
      } else {
        header(m, name, value);
      }
    }
    id = attributes.getOrDefault(CloudEvents.ID, id);
    Instant made = id == null ? null : MessageId.time(id);
    m.time(made == null ? timeOf(entryId) : made);
    if (id == null) {
      m.id(own(topic, RedisNames.text(entryId)));
    }
    if (!attributes.isEmpty()) {
      CloudEvents.read(m, attributes::get);
      m.contentType(attributes.get(CloudEvents.DATACONTENTTYPE));
    }
    return m.build();
  }

  /** The entry's id alone is its own in its stream only. */
  private static String own(String topic, String entryId) {
    String both = topic + "/" + entryId;
    return Names.isId(both) ? both : entryId;
  }

  /** An entry's id begins with the milliseconds of its making, unless its writer chose it. */
  private static @Nullable Instant timeOf(byte[] id) {
    String entryId = RedisNames.text(id);
    int dash = entryId.indexOf('-');
    try {
      return Instant.ofEpochMilli(Long.parseLong(entryId.substring(0, Math.max(0, dash))));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static void header(Message.Builder m, String field, byte[] value) {
    String name = field.startsWith(HEADER_PREFIX) ? field.substring(HEADER_PREFIX.length()) : field;
    // Names.isId has the limits of a header's name: 1 to 255 bytes.
    if (Names.isId(name)) {
      m.header(name, text(value));
    }
  }

  private static String text(byte[] bytes) {
    String text = RedisNames.text(bytes);
    if (text.indexOf('\uFFFD') < 0) {
      return text;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notText) {
      return Base64.getEncoder().encodeToString(bytes);
    }
  }
}

package io.postbus.driver.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postbus.message.CloudEvents;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.message.Names;
import io.postbus.spi.Group;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of records, whoever wrote them: CloudEvents headers first, then what the id and
 * the record itself tell, then defaults. Never fails. Thread-safe.
 */
final class MessageReader {
  /** The attributes by their headers' names. */
  private static final Map<String, String> ATTRIBUTES = new HashMap<>();

  static {
    CloudEvents.NAMES.forEach(name -> ATTRIBUTES.put(MessageWriter.ATTRIBUTE_PREFIX + name, name));
  }

  private record Topic(String onBroker, String name) {}

  private final Map<String, Topic> topics = new ConcurrentHashMap<>();

  /** Races are harmless. */
  private Topic last;

  private final Spellings types = new Spellings();
  private final KafkaNames names;
  private final String inbox;

  /** The topic of what somebody put into the inbox without a word. */
  private final String direct;

  MessageReader(KafkaNames names, Group group) {
    this.names = names;
    this.inbox = names.inbox(group.name());
    this.direct = group.topics().size() == 1 ? group.topics().iterator().next() : group.name();
    this.last = new Topic(inbox, direct);
  }

  Message read(ConsumerRecord<byte[], byte[]> record) {
    byte[] body = record.value() == null ? new byte[0] : record.value();
    Message.Builder m =
        Message.received(topic(record.topic()), CloudEvents.UNKNOWN_TYPE).body(body);
    m.key(text(record.key()));
    String id = null;
    String time = null;
    String bound = null;
    String contentType = null;
    for (Header header : record.headers()) {
      String name = header.key();
      String both = name.equals(MessageWriter.TYPE_AND_ID) ? typeAndId(m, header.value()) : null;
      if (both != null) {
        id = both;
        continue;
      }
      String value = text(header.value());
      String attribute = ATTRIBUTES.get(name);
      if (value == null) {
        continue;
      }
      if (attribute == null) {
        bound = name.equals(MessageWriter.CONTENT_TYPE) ? value : bound;
        header(m, name, value);
      } else {
        switch (attribute) {
          case CloudEvents.ID -> id = value;
          case CloudEvents.TIME -> time = value;
          case CloudEvents.DATACONTENTTYPE -> contentType = value;
          default -> CloudEvents.set(m, attribute, value);
        }
      }
    }
    identify(m, record, id, time);
    String told = contentType == null ? bound : contentType;
    return m.contentType(told == null || told.isEmpty() ? null : told).build();
  }

  /** Sets the type and returns the id; null if it is nothing that we have written. */
  private @Nullable String typeAndId(Message.Builder m, byte @Nullable [] value) {
    if (value == null) {
      return null;
    }
    int at = 0;
    while (at < value.length && value[at] != MessageWriter.BETWEEN) {
      at++;
    }
    if (at == 0 || at >= value.length - 1) {
      return null;
    }
    m.type(types.text(value, at));
    return new String(value, at + 1, value.length - at - 1, UTF_8);
  }

  /** What comes follows others of its topic, mostly, so that few are looked up. */
  private String topic(String onBroker) {
    Topic known = last;
    if (!known.onBroker.equals(onBroker)) {
      known = topics.computeIfAbsent(onBroker, this::found);
      last = known;
    }
    return known.name;
  }

  private Topic found(String onBroker) {
    return new Topic(onBroker, onBroker.equals(inbox) ? direct : names.topicOf(onBroker));
  }

  private void header(Message.Builder m, String name, String value) {
    if (name.equals(MessageWriter.TOPIC_HEADER)) {
      m.topic(value);
    } else if (Names.isId(name)) {
      // Names.isId has the limits of a header's name: 1 to 255 bytes.
      m.header(name, value);
    }
  }

  /** By what it says itself, else by the record's place; the time is its own, its id's or that. */
  private static void identify(
      Message.Builder m,
      ConsumerRecord<byte[], byte[]> record,
      @Nullable String id,
      @Nullable String time) {
    String named = id != null && Names.isId(id) ? id : null;
    m.id(named == null ? place(record) : named);
    Instant told = CloudEvents.instant(time);
    if (told == null && named != null) {
      told = MessageId.time(named);
    }
    m.time(told == null ? Instant.ofEpochMilli(Math.max(0, record.timestamp())) : told);
  }

  private static String place(ConsumerRecord<byte[], byte[]> record) {
    return record.topic() + "-" + record.partition() + "-" + record.offset();
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

package io.postbus.driver.redisstream;

import io.postbus.driver.redisstream.RedisSettings.Attributes;
import io.postbus.message.CloudEvents;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;

/**
 * A message as the fields of a stream's entry, and as the command that adds it. What an entry costs
 * the server grows with the number of its fields. Immutable.
 */
final class MessageWriter {
  static final String ATTRIBUTE_PREFIX = "ce_";

  /** The field of the payload, where it does not tell more: see {@link DataField}. */
  static final String DATA = "data";

  /** The topic of a message that is in a stream that would not tell it. */
  static final String TOPIC_FIELD = Message.RESERVED_HEADERS + "topic";

  /** Stands before the name of a header that would be taken for something else without it. */
  static final String HEADER_PREFIX = "postbus:header:";

  private static final Argument DATA_FIELD = new Argument(DATA);
  private static final Argument TOPIC_NAME = new Argument(TOPIC_FIELD);
  private static final Argument CONTENT_TYPE =
      new Argument(ATTRIBUTE_PREFIX + CloudEvents.DATACONTENTTYPE);
  private static final Argument ONLY_IF_THERE = new Argument("NOMKSTREAM");
  private static final Argument NEXT_ID = new Argument("*");

  /** The attributes' fields: made once, not for each message. */
  private static final Map<String, Argument> ATTRIBUTES = new HashMap<>();

  static {
    CloudEvents.NAMES.forEach(name -> ATTRIBUTES.put(name, new Argument(ATTRIBUTE_PREFIX + name)));
  }

  private final Attributes attributes;

  MessageWriter(Attributes attributes) {
    this.attributes = attributes;
  }

  /** Adds the message to a group's stream if the group exists, which the answer tells. */
  CommandArguments toGroup(byte[] inbox, Message m) {
    CommandArguments add = new CommandArguments(Protocol.Command.XADD).add(new Argument(inbox));
    add.add(ONLY_IF_THERE).add(NEXT_ID).add(TOPIC_NAME).add(m.topic());
    return fields(add, m);
  }

  /** Adds the message to a topic's stream. */
  CommandArguments toTopic(byte[] stream, String topic, Message m) {
    CommandArguments add =
        new CommandArguments(Protocol.Command.XADD).add(new Argument(stream)).add(NEXT_ID);
    if (!topic.equals(m.topic())) {
      add.add(TOPIC_NAME).add(m.topic());
    }
    return fields(add, m);
  }

  private CommandArguments fields(CommandArguments add, Message m) {
    boolean named = attributes == Attributes.PACKED && DataField.fits(m);
    if (attributes == Attributes.FULL) {
      CloudEvents.write(m, (name, value) -> put(add, name, value));
    } else {
      compact(add, m, named);
    }
    if (m.contentType() != null) {
      add.add(CONTENT_TYPE).add(m.contentType());
    }
    for (Map.Entry<String, String> h : m.headers().entrySet()) {
      if (!CloudEvents.isAttributeHeader(h.getKey())) {
        add.add(isTaken(h.getKey()) ? HEADER_PREFIX + h.getKey() : h.getKey()).add(h.getValue());
      }
    }
    return add.add(named ? new Argument(DataField.of(m)) : DATA_FIELD)
        .add(new Argument(m.payload()));
  }

  private static void compact(CommandArguments add, Message m, boolean named) {
    if (!named) {
      put(add, CloudEvents.ID, m.id());
      put(add, CloudEvents.TYPE, m.type());
    }
    put(add, CloudEvents.SOURCE, m.source());
    put(add, CloudEvents.SUBJECT, m.subject());
    put(add, CloudEvents.PARTITIONKEY, m.key());
    if (!MessageId.tells(m.id(), m.time())) {
      put(add, CloudEvents.TIME, m.time().toString());
    }
    if (m.expiry() != null) {
      put(add, CloudEvents.EXPIRYTIME, m.expiry().toString());
    }
    if (!m.headers().isEmpty()) {
      put(add, CloudEvents.TRACEPARENT, m.header(CloudEvents.TRACEPARENT));
      put(add, CloudEvents.TRACESTATE, m.header(CloudEvents.TRACESTATE));
    }
  }

  private static void put(CommandArguments add, String attribute, @Nullable String value) {
    if (value != null) {
      add.add(ATTRIBUTES.get(attribute)).add(value);
    }
  }

  /** Whether a field of this name means something else than a header. */
  static boolean isTaken(String name) {
    return name.equals(DATA)
        || name.startsWith(DataField.PREFIX)
        || name.equals(TOPIC_FIELD)
        || name.startsWith(HEADER_PREFIX)
        || isAttribute(name);
  }

  static boolean isAttribute(String name) {
    return name.startsWith(ATTRIBUTE_PREFIX)
        && CloudEvents.NAMES.contains(name.substring(ATTRIBUTE_PREFIX.length()));
  }
}

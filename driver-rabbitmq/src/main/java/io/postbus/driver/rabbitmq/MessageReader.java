package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.postbus.message.CloudEvents;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.message.Names;
import io.postbus.spi.Group;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of what comes from a group's queue, whoever wrote it: CloudEvents headers first,
 * then AMQP's own properties, then defaults. Never fails. Thread-safe.
 */
final class MessageReader {
  /** How the CloudEvents binding for AMQP 1.0 writes its prefix. */
  private static final String OTHER_PREFIX = "cloudEvents:";

  /** What a quorum queue counts on the message: not its writer's, and other at each delivery. */
  private static final Set<String> OF_THE_QUEUE = Set.of("x-delivery-count", "x-acquired-count");

  /** Each attribute's names as headers, the first one first. */
  private static final Map<String, List<String>> WRITTEN = new HashMap<>();

  static {
    CloudEvents.NAMES.forEach(
        name ->
            WRITTEN.put(name, List.of(MessageWriter.ATTRIBUTE_PREFIX + name, OTHER_PREFIX + name)));
  }

  private final RabbitNames names;
  private final InstantSource clock;

  /** The topic of what was put straight into the queue. */
  private final String direct;

  MessageReader(RabbitNames names, Group group, InstantSource clock) {
    this.names = names;
    this.clock = clock;
    this.direct = group.topics().size() == 1 ? group.topics().iterator().next() : group.name();
  }

  Message read(Envelope envelope, BasicProperties p, byte[] body) {
    Map<String, Object> headers = p.getHeaders() == null ? Map.of() : p.getHeaders();
    Place place = Place.of(envelope, headers);
    Message.Builder m =
        Message.received(topic(place, headers), type(place, p))
            .body(body)
            .contentType(contentType(p, headers))
            .source(p.getAppId())
            .time(time(p));
    if (p.getMessageId() != null && Names.isId(p.getMessageId())) {
      m.id(p.getMessageId());
    }
    if (!headers.isEmpty()) {
      CloudEvents.read(m, name -> attribute(headers, name));
      headers.forEach((name, value) -> header(m, name, value));
    }
    return m.build();
  }

  private Instant time(BasicProperties p) {
    if (p.getTimestamp() != null) {
      return p.getTimestamp().toInstant();
    }
    Instant made = p.getMessageId() == null ? null : MessageId.time(p.getMessageId());
    return made == null ? clock.instant() : made;
  }

  private String topic(Place place, Map<String, Object> headers) {
    String told = HeaderText.of(headers.get(MessageWriter.TOPIC_HEADER));
    if (told != null) {
      return told;
    }
    return place.isTopic() ? names.topicOf(place.exchange()) : direct;
  }

  private static String type(Place place, BasicProperties p) {
    if (p.getType() != null && !p.getType().isEmpty()) {
      return p.getType();
    }
    boolean told = place.isTopic() && !place.routingKey().isEmpty();
    return told ? place.routingKey() : CloudEvents.UNKNOWN_TYPE;
  }

  private static @Nullable String contentType(BasicProperties p, Map<String, Object> headers) {
    return p.getContentType() != null
        ? p.getContentType()
        : attribute(headers, CloudEvents.DATACONTENTTYPE);
  }

  private static @Nullable String attribute(Map<String, Object> headers, String name) {
    for (String written : WRITTEN.getOrDefault(name, List.of())) {
      Object value = headers.get(written);
      if (value != null) {
        return HeaderText.of(value);
      }
    }
    return null;
  }

  private static void header(Message.Builder m, String name, Object value) {
    String text = isOurs(name) || OF_THE_QUEUE.contains(name) ? null : HeaderText.of(value);
    // Names.isId has the limits of a header's name: 1 to 255 bytes.
    if (text != null && Names.isId(name)) {
      m.header(name, text);
    }
  }

  /** Whether it says something that is not a header but an attribute. */
  private static boolean isOurs(String name) {
    return name.equals(MessageWriter.TOPIC_HEADER)
        || ((name.startsWith(MessageWriter.ATTRIBUTE_PREFIX) || name.startsWith(OTHER_PREFIX))
            && CloudEvents.NAMES.contains(name.substring(OTHER_PREFIX.length())));
  }
}

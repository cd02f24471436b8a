package io.postbus.tck;

import io.postbus.message.Message;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Looks into the broker, and writes and reads there, around the driver: by the broker's own client
 * and connections that no {@link Link} breaks. All names are those on the broker, with the
 * namespace. Thread-safe; blocking.
 */
public interface NativeClient {
  /**
   * How many messages the broker keeps for the group, also those that were sent to it directly.
   * Asked only while the group has no member, and exact then.
   */
  long countAtBroker(String group);

  /**
   * Publishes to the topic, confirmed, as a program does that knows nothing of Postbus: no type, no
   * id, no attribute but these headers.
   *
   * @param headers with values {@code String}, {@code Long}, {@code Boolean}, {@code Double},
   *     {@code Instant}, {@code byte[]}, {@code List} and {@code Map}, each in the broker's own
   *     type for it; where it only has text or bytes, in the text of {@link
   *     io.postbus.message.Message.Builder}, and lists and maps as JSON
   */
  void publish(String topic, byte[] body, Map<String, Object> headers);

  /**
   * Hands every message that is published to the topic from now on to {@code reader}, as a group of
   * another program would get it.
   */
  AutoCloseable read(String topic, Consumer<NativeMessage> reader);

  /** What stands in front of a CloudEvents attribute's name here: {@code ce_}. */
  String attributePrefix();

  /** A value as text: scalars as {@link Message.Builder} writes them, lists and maps as JSON. */
  static String text(Object value) {
    return value instanceof byte[] bytes
        ? Base64.getEncoder().encodeToString(bytes)
        : value instanceof List || value instanceof Map ? json(value) : value.toString();
  }

  private static String json(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(e -> json(e.getKey().toString()) + ":" + json(e.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(NativeClient::json).collect(Collectors.joining(",", "[", "]"));
    }
    boolean bare = value instanceof Number || value instanceof Boolean;
    return bare ? value.toString() : '"' + text(value).replace("\"", "\\\"") + '"';
  }
}

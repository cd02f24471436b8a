package io.postbus.runtime.json;

import io.postbus.message.CloudEvents;
import io.postbus.message.Message;
import io.postbus.message.Names;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A message as one JSON object in the CloudEvents JSON format, with two members of our own: {@code
 * topic} and {@code headers}. A JSON payload stands as it is under {@code data}, text as a string,
 * anything else as {@code data_base64}. Thread-safe.
 *
 * @see <a
 *     href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">JSON
 *     format</a>
 */
public final class CloudEventJson {
  private static final String TOPIC = "topic";
  private static final String HEADERS = "headers";
  private static final String DATA = "data";
  private static final String DATA_BASE64 = "data_base64";
  private static final String JSON = "application/json";
  private static final Set<String> OWN = Set.of(TOPIC, HEADERS, DATA, DATA_BASE64);

  /** Strict: what is not wholly one JSON value is no JSON payload. Numbers keep their digits. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private CloudEventJson() {}

  /** The message as an object that more members may be added to. */
  public static ObjectNode write(Message m) {
    ObjectNode out = MAPPER.createObjectNode();
    CloudEvents.write(m, out::put);
    if (m.contentType() != null) {
      out.put(CloudEvents.DATACONTENTTYPE, m.contentType());
    }
    out.put(TOPIC, m.topic());
    ObjectNode headers = MAPPER.createObjectNode();
    m.headers()
        .forEach(
            (name, value) -> {
              if (!name.startsWith(Message.RESERVED_HEADERS)
                  && !CloudEvents.isAttributeHeader(name)) {
                headers.put(name, value);
              }
            });
    if (!headers.isEmpty()) {
      out.set(HEADERS, headers);
    }
    data(out, m);
    return out;
  }

  /** One line, without its end. */
  public static String line(ObjectNode object) {
    return MAPPER.writeValueAsString(object);
  }

  /**
   * The message of a line. What it does not say is left to {@code defaults}; members that are
   * neither attributes nor ours become headers.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  public static Message read(String line, Message.Builder defaults) {
    ObjectNode in = object(line);
    Message.Builder m = defaults;
    for (String name : in.propertyNames()) {
      if (!OWN.contains(name) && !CloudEvents.NAMES.contains(name)) {
        m.header(name, text(in, name));
      }
    }
    if (in.get(HEADERS) instanceof ObjectNode headers) {
      headers.propertyNames().forEach(name -> m.header(name, text(headers, name)));
    }
    if (in.has(TOPIC)) {
      m.topic(Names.topic(String.valueOf(text(in, TOPIC))));
    }
    String type = text(in, CloudEvents.TYPE);
    if (type != null) {
      Names.type(type);
    }
    moment(in, CloudEvents.TIME);
    moment(in, CloudEvents.EXPIRYTIME);
    CloudEvents.read(m, name -> text(in, name));
    body(in, m);
    return m.build();
  }

  /** The line as an object, for readers of answers. */
  public static ObjectNode object(String line) {
    try {
      if (MAPPER.readTree(line) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      // What Jackson says of its source in brackets helps nobody who has but one line.
      String why =
          String.valueOf(e.getOriginalMessage()).replaceAll(" ?\\((start marker|code).*", "");
      throw new IllegalArgumentException("not JSON: " + why, e);
    }
    throw new IllegalArgumentException("not a JSON object");
  }

  private static void data(ObjectNode out, Message m) {
    byte[] payload = m.payload();
    String text = utf8(payload);
    if (isJson(m.contentType())) {
      try {
        out.set(DATA, MAPPER.readTree(payload));
        return;
      } catch (JacksonException notJson) {
        text = null;
      }
    }
    if (text != null) {
      out.put(DATA, text);
    } else {
      out.put(DATA_BASE64, Base64.getEncoder().encodeToString(payload));
    }
  }

  private static void body(ObjectNode in, Message.Builder m) {
    String contentType = text(in, CloudEvents.DATACONTENTTYPE);
    if (contentType != null) {
      m.contentType(contentType);
    }
    JsonNode data = in.get(DATA);
    if (in.has(DATA_BASE64)) {
      m.body(base64(String.valueOf(text(in, DATA_BASE64))));
    } else if (data != null && data.isString() && !isJson(contentType)) {
      m.body(data.stringValue().getBytes(StandardCharsets.UTF_8));
    } else if (data != null) {
      m.body(MAPPER.writeValueAsBytes(data));
      if (contentType == null) {
        m.contentType(JSON);
      }
    }
  }

  private static byte[] base64(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("data_base64 is not Base64", e);
    }
  }

  private static void moment(ObjectNode in, String name) {
    String text = text(in, name);
    if (text != null && CloudEvents.instant(text) == null) {
      throw new IllegalArgumentException(
          name + " is \"" + text + "\", must be like 2026-11-21T08:30:00Z");
    }
  }

  private static @Nullable String text(ObjectNode in, String name) {
    JsonNode node = in.get(name);
    if (node == null || node.isNull()) {
      return null;
    }
    return node.isString() ? node.stringValue() : node.toString();
  }

  private static boolean isJson(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    String bare = contentType.toLowerCase(Locale.ROOT);
    int end = bare.indexOf(';');
    bare = (end < 0 ? bare : bare.substring(0, end)).trim();
    return bare.equals(JSON) || bare.endsWith("+json");
  }

  private static @Nullable String utf8(byte[] payload) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
    } catch (CharacterCodingException binary) {
      return null;
    }
  }
}

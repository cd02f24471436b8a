package io.postbus.runtime.foreign;

import io.postbus.message.CloudEvents;
import io.postbus.message.Message;
import io.postbus.message.Names;
import io.postbus.runtime.codec.Jackson;
import io.postbus.spi.Settings;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages of one topic that another program wrote in its own shape ({@code
 * foreign.<topic>}). A message that is a CloudEvent, as those of Postbus are, stays as it is.
 * Immutable, thread-safe.
 */
public final class ForeignMapping implements UnaryOperator<Message> {
  private static final String JSON = "application/json";

  /** The attributes that a mapping may find elsewhere. */
  enum Attribute {
    ID,
    TYPE,
    TIME,
    KEY,
    SUBJECT,
    CONTENT_TYPE
  }

  private final Map<Attribute, FieldSource> attributes;
  private final DataSource data;

  private ForeignMapping(Map<Attribute, FieldSource> attributes, DataSource data) {
    this.attributes = attributes;
    this.data = data;
  }

  /** The mappings under {@code foreign}, by topic, noting every problem in {@code root}. */
  public static Map<String, ForeignMapping> read(Settings root) {
    Map<String, ForeignMapping> all = new LinkedHashMap<>();
    root.section("foreign").sections().forEach((topic, s) -> all.put(topic, mapping(s)));
    return all;
  }

  private static ForeignMapping mapping(Settings s) {
    Map<Attribute, FieldSource> attributes = new EnumMap<>(Attribute.class);
    for (Attribute a : Attribute.values()) {
      String key = a.name().toLowerCase(Locale.ROOT).replace('_', '-');
      s.scalar(key, FieldSource::parse).ifPresent(source -> attributes.put(a, source));
    }
    DataSource data = s.scalar("data", DataSource::parse).orElse(DataSource.BODY);
    if (!Jackson.isPresent()
        && (data.needsJson()
            || attributes.values().stream().anyMatch(FieldSource.Json.class::isInstance))) {
      s.problem("", "reads JSON, which " + Jackson.NEEDED);
    }
    return new ForeignMapping(attributes, data);
  }

  /** Whether types come out of the messages, so that no broker can filter by them. */
  public boolean mapsType() {
    return attributes.containsKey(Attribute.TYPE);
  }

  /**
   * The message in our shape.
   *
   * @throws ForeignException if it does not have the shape that the mapping says
   */
  @Override
  public Message apply(Message m) {
    // A CloudEvent always has a source; a message of another kind never gets one by reading it.
    if (m.source() != null) {
      return m;
    }
    JsonBody body = new JsonBody(m.payload());
    Message.Builder b = m.toBuilder();
    attributes.forEach(
        (attribute, source) -> {
          String value = source.find(m, body);
          if (value != null && !value.isEmpty()) {
            set(b, attribute, value);
          }
        });
    attributes.values().stream()
        .filter(FieldSource.Field.class::isInstance)
        .forEach(f -> b.header(((FieldSource.Field) f).name(), (String) null));
    data(b, m, body);
    return b.build();
  }

  private void data(Message.Builder b, Message m, JsonBody body) {
    switch (data.kind()) {
      case BODY -> {}
      case FIELDS -> {
        Map<String, String> fields = dataFields(m);
        fields.keySet().forEach(name -> b.header(name, (String) null));
        b.body(JsonBody.object(fields));
        typed(b, JSON);
      }
      case JSON -> {
        String text = body.text(data.path());
        b.body(required(text).getBytes(StandardCharsets.UTF_8));
        typed(b, JSON);
      }
      case JSON_BASE64 -> {
        byte[] bytes = body.base64(data.path());
        if (bytes == null) {
          throw missing();
        }
        b.body(bytes);
      }
      default -> throw new IllegalStateException(data.kind().name());
    }
  }

  /** Every flat field that is neither an attribute nor, by its leading underscore, housekeeping. */
  private Map<String, String> dataFields(Message m) {
    Map<String, String> fields = new LinkedHashMap<>(m.headers());
    attributes.values().stream()
        .filter(FieldSource.Field.class::isInstance)
        .forEach(f -> fields.remove(((FieldSource.Field) f).name()));
    fields
        .keySet()
        .removeIf(
            name ->
                name.startsWith("_")
                    || name.startsWith(Message.RESERVED_HEADERS)
                    || CloudEvents.isAttributeHeader(name));
    return fields;
  }

  private void typed(Message.Builder b, String contentType) {
    if (!attributes.containsKey(Attribute.CONTENT_TYPE)) {
      b.contentType(contentType);
    }
  }

  private String required(@Nullable String text) {
    if (text == null) {
      throw missing();
    }
    return text;
  }

  private ForeignException missing() {
    return new ForeignException("The payload has no value at " + data.path(), null);
  }

  private static void set(Message.Builder b, Attribute attribute, String value) {
    switch (attribute) {
      case ID -> {
        if (!Names.isId(value)) {
          throw new ForeignException("The id is longer than 255 bytes", null);
        }
        b.id(value);
      }
      case TYPE -> b.type(value);
      case TIME -> b.time(ForeignTime.parse(value));
      case KEY -> b.key(value);
      case SUBJECT -> b.subject(value);
      case CONTENT_TYPE -> b.contentType(value);
      default -> throw new IllegalStateException(attribute.name());
    }
  }
}

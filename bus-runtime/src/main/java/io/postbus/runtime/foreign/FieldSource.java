package io.postbus.runtime.foreign;

import io.postbus.message.Message;
import org.jspecify.annotations.Nullable;

/** Where one value of a foreign message is found. Immutable. */
sealed interface FieldSource {
  /** The value, or null where the message has none. */
  @Nullable String find(Message m, JsonBody body);

  /** A header or flat field. */
  record Field(String name) implements FieldSource {
    @Override
    public @Nullable String find(Message m, JsonBody body) {
      return m.header(name);
    }
  }

  /** A value inside a JSON payload, by the dotted path of its keys. */
  record Json(String path) implements FieldSource {
    @Override
    public @Nullable String find(Message m, JsonBody body) {
      return body.text(path);
    }
  }

  /** The same value for every message. */
  record Constant(String text) implements FieldSource {
    @Override
    public String find(Message m, JsonBody body) {
      return text;
    }
  }

  /**
   * The source of a text: {@code field:event}, {@code json:Data.id} or {@code text:order}.
   *
   * @throws IllegalArgumentException that says the form
   */
  static FieldSource parse(String text) {
    int colon = text.indexOf(':');
    String rest = text.substring(colon + 1);
    FieldSource source =
        rest.isEmpty()
            ? null
            : switch (text.substring(0, Math.max(0, colon))) {
              case "field" -> new Field(rest);
              case "json" -> new Json(rest);
              case "text" -> new Constant(rest);
              default -> null;
            };
    if (source != null) {
      return source;
    }
    throw new IllegalArgumentException(
        "is \"" + text + "\", must be field:NAME, json:PATH or text:VALUE");
  }
}

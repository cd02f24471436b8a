package io.postbus.cli.output;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One thing that is told, by named values in their order. One thread.
 *
 * <p>A value is text, a number, a truth, an {@code Instant}, a {@code Duration}, an enum, a list or
 * a map of them, or null for none; an {@code Optional} is what is in it.
 */
public final class Row {
  private final Map<String, @Nullable Object> values = new LinkedHashMap<>();
  private @Nullable JsonNode document;

  /** A row that begins with this value. */
  public static Row of(String name, @Nullable Object value) {
    return new Row().with(name, value);
  }

  /** Adds a value. */
  public Row with(String name, @Nullable Object value) {
    values.put(name, plain(value));
    return this;
  }

  /** What stands for the row in JSON, instead of its values. */
  public Row document(JsonNode json) {
    document = json;
    return this;
  }

  /** The row for JSON: a document, or the values. */
  Object json() {
    return document == null ? values : document;
  }

  /** A value as it reads in a table. */
  public String text(String name) {
    return Cell.text(values.get(name));
  }

  Map<String, @Nullable Object> values() {
    return values;
  }

  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof Optional<?> o) {
      return o.orElse(null);
    }
    if (value instanceof OptionalLong o) {
      return o.isPresent() ? o.getAsLong() : null;
    }
    if (value instanceof OptionalInt o) {
      return o.isPresent() ? o.getAsInt() : null;
    }
    return value;
  }
}

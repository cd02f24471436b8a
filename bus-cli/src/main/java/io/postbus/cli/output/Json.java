package io.postbus.cli.output;

import java.io.PrintStream;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Values as JSON: what has no type there is text, as it reads in a table. */
public final class Json {
  private static final JsonMapper MAPPER = new JsonMapper();

  private Json() {}

  /** The mapper of the whole command; thread-safe. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  static void write(PrintStream out, Row row, boolean indented) {
    Object tree = tree(row.json());
    out.print(
        indented
            ? MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree)
            : MAPPER.writeValueAsString(tree));
  }

  private static @Nullable Object tree(@Nullable Object value) {
    if (value == null
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof JsonNode) {
      return value;
    }
    if (value instanceof Collection<?> items) {
      return items.stream().map(Json::tree).toList();
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> out = new LinkedHashMap<>();
      map.forEach((k, v) -> out.put(String.valueOf(k), tree(v)));
      return out;
    }
    return Cell.scalar(value);
  }
}

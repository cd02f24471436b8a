package io.postbus.cli.config;

import io.postbus.cli.output.Row;
import io.postbus.spi.Located;
import io.postbus.spi.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The settings of all sources, each with its value and where that came from. */
public final class Merged {
  private Merged() {}

  /** A row a setting: its path, its value without secrets, its origin. */
  public static List<Row> rows(Settings root) {
    List<Row> rows = new ArrayList<>();
    root.keys().forEach(key -> root.raw(key).ifPresent(value -> add(key, value, rows)));
    return rows;
  }

  private static void add(String path, Located located, List<Row> rows) {
    if (located.value() instanceof Map<?, ?> section && !section.isEmpty()) {
      section.forEach((key, value) -> add(path + "." + key, (Located) value, rows));
    } else {
      rows.add(
          Row.of("setting", path)
              .with("value", value(path, located))
              .with("origin", located.place()));
    }
  }

  private static Object value(String path, Located located) {
    if (located.value() instanceof List<?> items) {
      return items.stream().map(item -> value(path, (Located) item)).toList();
    }
    if (located.value() instanceof Map<?, ?> section) {
      Map<String, Object> shown = new java.util.LinkedHashMap<>();
      section.forEach(
          (key, value) -> shown.put(String.valueOf(key), value(path + "." + key, (Located) value)));
      return shown;
    }
    return Masking.mask(path, located.value());
  }
}

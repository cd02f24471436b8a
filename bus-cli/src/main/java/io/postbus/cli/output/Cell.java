package io.postbus.cli.output;

import io.postbus.spi.Quantities;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a value reads in a table: on one line, without control characters. */
final class Cell {
  private Cell() {}

  static String text(@Nullable Object value) {
    if (value == null) {
      return "-";
    }
    if (value instanceof Collection<?> items) {
      return items.isEmpty()
          ? "-"
          : items.stream().map(Cell::text).collect(Collectors.joining(","));
    }
    if (value instanceof Map<?, ?> map) {
      return map.isEmpty()
          ? "-"
          : map.entrySet().stream()
              .map(e -> e.getKey() + "=" + text(e.getValue()))
              .collect(Collectors.joining(","));
    }
    return oneLine(scalar(value));
  }

  /** Text of a scalar, the same in a table and in JSON. */
  static String scalar(Object value) {
    if (value instanceof Duration d) {
      return Quantities.write(d);
    }
    if (value instanceof Instant moment) {
      return moment.truncatedTo(ChronoUnit.MILLIS).toString();
    }
    if (value instanceof Enum<?> e) {
      return e.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
    return String.valueOf(value);
  }

  /** What a broker delivers must not drive the terminal. */
  private static String oneLine(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> out.appendCodePoint(Character.isISOControl(c) ? 0xFFFD : c);
              }
            });
    return out.toString();
  }
}

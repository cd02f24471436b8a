package io.postbus.cli.output;

import java.io.PrintStream;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One thing for people: its values below each other, text of several lines as it is. */
final class Details {
  private static final String BOLD = "\u001B[1m";
  private static final String PLAIN = "\u001B[0m";

  private final PrintStream out;
  private final boolean colours;

  Details(PrintStream out, boolean colours) {
    this.out = out;
    this.colours = colours;
  }

  void write(Row row) {
    int width = row.values().keySet().stream().mapToInt(String::length).max().orElse(0);
    row.values().forEach((name, value) -> write(name, value, width));
    out.flush();
  }

  private void write(String name, @Nullable Object value, int width) {
    String label = name + " ".repeat(width - name.length());
    String indent = " ".repeat(width + 2);
    String[] lines = lines(value);
    out.println((colours ? BOLD + label + PLAIN : label) + "  " + lines[0]);
    for (int i = 1; i < lines.length; i++) {
      out.println(indent + lines[i]);
    }
  }

  private static String[] lines(@Nullable Object value) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      return map.entrySet().stream()
          .map(e -> e.getKey() + ": " + Cell.text(e.getValue()))
          .toArray(String[]::new);
    }
    if (value instanceof Collection<?> items && !items.isEmpty()) {
      return items.stream().map(Cell::text).toArray(String[]::new);
    }
    if (value instanceof String text && text.indexOf('\n') >= 0) {
      return text.stripTrailing().lines().map(Cell::text).toArray(String[]::new);
    }
    return new String[] {Cell.text(value)};
  }
}

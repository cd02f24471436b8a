package io.postbus.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A suite's figures one by one, with the spread of the rounds and what they cost. */
final class Details {
  private static final String CLIENT = ": client's CPU";
  private static final String BROKER = ": broker's CPU";

  private Details() {}

  static void of(String suite, List<Figure> figures, StringBuilder out) {
    out.append("\n### ").append(suite).append(", each\n\n");
    Tables.row(
        out,
        List.of("case", "contestant", "median", "spread", "ratio", "client's CPU", "broker's CPU"));
    Tables.row(out, List.of("---", "---", "---:", "---:", "---:", "---:", "---:"));
    Map<List<String>, Figure> by =
        figures.stream()
            .collect(Collectors.toMap(f -> List.of(f.name(), f.contestant()), f -> f, (a, b) -> a));
    String before = "";
    for (Figure f : figures) {
      if (!f.name().endsWith(CLIENT) && !f.name().endsWith(BROKER)) {
        row(out, f, f.name().equals(before), by);
        before = f.name();
      }
    }
  }

  private static void row(
      StringBuilder out, Figure f, boolean again, Map<List<String>, Figure> by) {
    Tables.row(
        out,
        List.of(
            again ? "" : f.name().substring(f.name().indexOf(' ') + 1),
            f.contestant(),
            Tables.number(f.median()) + " " + f.unit(),
            f.rounds().size() == 1 ? "" : Tables.number(f.min()) + " – " + Tables.number(f.max()),
            f.ratio() == null ? "" : Tables.ratio(f.ratio()),
            value(by.get(List.of(f.name() + CLIENT, f.contestant()))),
            value(by.get(List.of(f.name() + BROKER, f.contestant())))));
  }

  private static String value(@Nullable Figure f) {
    return f == null ? "" : Tables.number(f.median()) + " " + f.unit();
  }
}

package io.postbus.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Results for people: as Markdown, so that they can go into a page as they are. */
final class Tables {
  /** What failed is marked so, also where a reader only looks for it. */
  private static final String FAILED = "**failed**";

  /** As a reader wants them, not as they run. */
  private static final List<String> ORDER =
      List.of("rabbitmq", "kafka", "redis-stream", "delay", "memory");

  private Tables() {}

  static String of(Results results) {
    StringBuilder out = new StringBuilder();
    failures(out, results.failures());
    Map<String, List<Figure>> suites = bySuite(results.figures());
    suites.forEach((suite, figures) -> Summary.of(suite, figures, results, out));
    out.append("\n## Each contestant\n");
    suites.forEach((suite, figures) -> Details.of(suite, figures, out));
    return out.append('\n').toString();
  }

  /** By the first word of their names. */
  private static Map<String, List<Figure>> bySuite(List<Figure> figures) {
    Map<String, List<Figure>> suites = new LinkedHashMap<>();
    ORDER.forEach(suite -> suites.put(suite, new ArrayList<>()));
    figures.forEach(
        f -> suites.computeIfAbsent(f.name().split(" ", 2)[0], s -> new ArrayList<>()).add(f));
    suites.values().removeIf(List::isEmpty);
    return suites;
  }

  /** Rounds of one contestant in one case are one line. */
  private static void failures(StringBuilder out, List<Failure> failures) {
    if (failures.isEmpty()) {
      return;
    }
    out.append("\n**Something failed**: what is named here has no figure for those rounds.\n\n");
    row(out, List.of("case", "contestant", "rounds", "the last one because"));
    row(out, List.of("---", "---", "---:", "---"));
    failures.stream()
        .collect(
            Collectors.groupingBy(
                f -> List.of(f.name(), f.contestant()), LinkedHashMap::new, Collectors.toList()))
        .forEach(
            (key, all) ->
                row(
                    out,
                    List.of(
                        key.get(0),
                        key.get(1) + ' ' + FAILED,
                        Integer.toString(all.size()),
                        all.get(all.size() - 1).why().replace('|', '/'))));
  }

  static void row(StringBuilder out, List<String> cells) {
    cells.forEach(cell -> out.append("| ").append(cell).append(' '));
    out.append("|\n");
  }

  static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%,.0f", value);
  }

  static String ratio(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0f", value);
  }
}

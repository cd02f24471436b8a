package io.postbus.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A suite in one table, a line for each figure that a user feels: what the baseline and Postbus
 * reached, and how much better Postbus was than each of the others.
 */
final class Summary {
  private static final String POSTBUS = "postbus";
  private static final String NONE = "";

  private final List<Figure> figures;
  private final Results results;
  private final List<String> peers;

  private Summary(List<Figure> figures, Results results) {
    this.figures = figures;
    this.results = results;
    Set<String> baselines = new TreeSet<>();
    figures.forEach(f -> baselines.add(results.baseline(f)));
    this.peers =
        figures.stream()
            .map(Figure::contestant)
            .distinct()
            .filter(who -> !who.startsWith(POSTBUS) && !baselines.contains(who))
            // The bare client in another guise is compared with Postbus in the same.
            .filter(who -> baselines.stream().noneMatch(b -> who.startsWith(b + ',')))
            .toList();
  }

  static void of(String suite, List<Figure> figures, Results results, StringBuilder out) {
    new Summary(figures, results).write(suite, out);
  }

  private void write(String suite, StringBuilder out) {
    out.append("\n### ").append(suite).append("\n\n");
    List<String> head = new ArrayList<>(List.of("case", "baseline", POSTBUS, "over it"));
    peers.forEach(peer -> head.add("over " + peer));
    head.add(NONE);
    Tables.row(out, head);
    List<String> line = new ArrayList<>(List.of("---"));
    line.addAll(Collections.nCopies(peers.size() + 3, "---:"));
    line.add("---");
    Tables.row(out, line);
    figures.stream()
        .filter(f -> !f.name().endsWith("'s CPU"))
        .collect(
            Collectors.groupingBy(
                f -> List.of(f.name(), f.unit()), LinkedHashMap::new, Collectors.toList()))
        .forEach((key, of) -> row(out, key.get(0).substring(suite.length()).strip(), of));
  }

  private void row(StringBuilder out, String title, List<Figure> of) {
    Map<String, Figure> by =
        of.stream().collect(Collectors.toMap(Figure::contestant, f -> f, (a, b) -> a));
    Optional<Figure> ours = of.stream().filter(f -> f.contestant().startsWith(POSTBUS)).findFirst();
    Figure baseline = by.get(results.baseline(of.get(0)));
    List<String> cells = new ArrayList<>();
    cells.add(title.startsWith(": ") ? title.substring(2) : title);
    if (baseline == null || baseline.contestant().startsWith(POSTBUS)) {
      cells.addAll(List.of(NONE, ours.map(Summary::value).orElse(NONE), NONE));
    } else {
      cells.add(value(baseline));
      cells.add(ours.map(Summary::value).orElse("–"));
      cells.add(ours.map(f -> better(f, baseline)).orElse(NONE));
    }
    List<String> behind = new ArrayList<>();
    boolean compared = false;
    for (String peer : peers) {
      Figure other = by.get(peer);
      Double ratio = other == null || ours.isEmpty() ? null : ours.get().betterThan(other);
      compared |= ratio != null;
      if (ratio != null && ratio < 1) {
        behind.add(peer);
      }
      cells.add(ratio == null ? NONE : mark(ratio));
    }
    cells.add(verdict(compared, behind));
    Tables.row(out, cells);
  }

  private static String verdict(boolean compared, List<String> behind) {
    if (!compared) {
      return NONE;
    }
    return behind.isEmpty() ? "ahead of every peer" : "**behind** " + String.join(" and ", behind);
  }

  private static String value(Figure f) {
    return Tables.number(f.median()) + ' ' + f.unit();
  }

  private static String better(Figure ours, Figure other) {
    Double ratio = ours.betterThan(other);
    return ratio == null ? NONE : Tables.ratio(ratio);
  }

  private static String mark(double ratio) {
    return ratio < 1 ? "**" + Tables.ratio(ratio) + "**" : Tables.ratio(ratio);
  }
}

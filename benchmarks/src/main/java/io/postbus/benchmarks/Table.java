package io.postbus.benchmarks;

import java.util.List;
import java.util.Locale;

/** Figures for people: as Markdown, so that it can go into a page as it is. */
final class Table {
  private Table() {}

  static String of(List<Figure> figures) {
    StringBuilder out = new StringBuilder();
    row(out, "case", "contestant", "median", "spread", "ratio");
    row(out, "---", "---", "---:", "---:", "---:");
    String before = "";
    for (Figure f : figures) {
      Double ratio = f.ratio();
      row(
          out,
          f.name().equals(before) ? "" : f.name(),
          f.contestant(),
          number(f.median()) + " " + f.unit(),
          f.values().size() == 1 ? "" : number(f.min()) + " – " + number(f.max()),
          ratio == null ? "" : String.format(Locale.ROOT, "%.2f", ratio));
      before = f.name();
    }
    return out.toString();
  }

  private static void row(StringBuilder out, Object... cells) {
    for (Object cell : cells) {
      out.append("| ").append(cell).append(' ');
    }
    out.append("|\n");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%,.0f", value);
  }
}

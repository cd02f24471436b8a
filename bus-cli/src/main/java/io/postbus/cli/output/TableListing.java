package io.postbus.cli.output;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Columns under a header. The first rows give the widths; later ones only ever widen them, so that
 * a list without end needs no memory.
 */
final class TableListing implements Listing {
  private static final String GAP = "  ";
  private static final String BOLD = "\u001B[1m";
  private static final String PLAIN = "\u001B[0m";

  private final PrintStream out;
  private final boolean colours;
  private final int measured;
  private final List<String> columns;
  private final int[] widths;
  private final boolean[] right;
  private final List<List<String>> waiting = new ArrayList<>();
  private boolean headed;

  TableListing(PrintStream out, boolean colours, int measured, List<String> columns) {
    this.out = out;
    this.colours = colours;
    this.measured = measured;
    this.columns = columns;
    this.widths = columns.stream().map(TableListing::title).mapToInt(String::length).toArray();
    this.right = new boolean[columns.size()];
  }

  @Override
  public void row(Row row) {
    Map<String, @Nullable Object> values = row.values();
    List<String> cells = new ArrayList<>(widths.length);
    for (int i = 0; i < widths.length; i++) {
      Object value = values.get(columns.get(i));
      String cell = Cell.text(value);
      right[i] |= value instanceof Number && !headed;
      widths[i] = Math.max(widths[i], width(cell));
      cells.add(cell);
    }
    waiting.add(cells);
    if (headed || waiting.size() >= measured) {
      flush();
    }
  }

  @Override
  public void close() {
    flush();
  }

  private void flush() {
    if (!headed) {
      headed = true;
      String header = line(columns.stream().map(TableListing::title).toList());
      out.println(colours ? BOLD + header + PLAIN : header);
    }
    waiting.forEach(cells -> out.println(line(cells)));
    waiting.clear();
    out.flush();
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = cells.get(i);
      String space = " ".repeat(widths[i] - width(cell));
      line.append(i == 0 ? "" : GAP).append(right[i] ? space + cell : cell + space);
    }
    return line.toString().stripTrailing();
  }

  private static String title(String column) {
    return column.replaceAll("([a-z])([A-Z])", "$1 $2").toUpperCase(Locale.ROOT);
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}

package io.postbus.cli.output;

import java.io.PrintStream;
import java.util.List;

/** Writes what a command found to stdout, in the format that was asked for. One thread. */
public final class Output {
  private static final int ROWS_MEASURED = 1000;

  private final PrintStream out;
  private final Format format;
  private final boolean colours;

  public Output(PrintStream out, Format format, boolean colours) {
    this.out = out;
    this.format = format;
    this.colours = colours;
  }

  public Format format() {
    return format;
  }

  /** A list that is written once it is known, by these columns. */
  public Listing list(String... columns) {
    return listing(ROWS_MEASURED, columns);
  }

  /** A list whose rows are to be seen as they come. */
  public Listing tail(String... columns) {
    return listing(1, columns);
  }

  /** A list of rows that are all there. */
  public void rows(List<Row> rows, String... columns) {
    try (Listing list = list(columns)) {
      rows.forEach(list::row);
    }
  }

  /** One thing, with a line for each of its values. */
  public void details(Row row) {
    if (format == Format.TABLE) {
      new Details(out, colours).write(row);
    } else {
      Json.write(out, row, format == Format.JSON);
      out.println();
      out.flush();
    }
  }

  /** Several things, each in full. */
  public void details(List<Row> rows) {
    if (format == Format.TABLE) {
      rows.forEach(this::details);
    } else {
      rows(rows);
    }
  }

  private Listing listing(int measured, String... columns) {
    return switch (format) {
      case TABLE -> new TableListing(out, colours, measured, List.of(columns));
      case JSON -> new JsonListing(out);
      case JSONL -> new JsonLines(out);
    };
  }
}

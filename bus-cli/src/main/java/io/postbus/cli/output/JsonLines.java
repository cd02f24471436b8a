package io.postbus.cli.output;

import java.io.PrintStream;

/** A JSON document a line, each to be read at once. */
final class JsonLines implements Listing {
  private final PrintStream out;

  JsonLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void row(Row row) {
    Json.write(out, row, false);
    out.println();
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }
}

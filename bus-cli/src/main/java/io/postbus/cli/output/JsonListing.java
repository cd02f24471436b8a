package io.postbus.cli.output;

import java.io.PrintStream;

/** One JSON array, written as its rows come. */
final class JsonListing implements Listing {
  private final PrintStream out;
  private boolean begun;
  private boolean ended;

  JsonListing(PrintStream out) {
    this.out = out;
  }

  @Override
  public void row(Row row) {
    out.print(begun ? ",\n  " : "[\n  ");
    begun = true;
    Json.write(out, row, false);
    out.flush();
  }

  @Override
  public void close() {
    if (!ended) {
      ended = true;
      out.println(begun ? "\n]" : "[]");
      out.flush();
    }
  }
}

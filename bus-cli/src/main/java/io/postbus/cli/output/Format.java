package io.postbus.cli.output;

import java.util.Locale;

/** What data looks like on stdout. */
public enum Format {
  /** Columns for people. */
  TABLE,
  /** One JSON document. */
  JSON,
  /** A JSON document a line. */
  JSONL;

  /** As it is typed. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

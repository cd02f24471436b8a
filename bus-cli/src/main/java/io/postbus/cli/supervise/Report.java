package io.postbus.cli.supervise;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a child tells its supervisor once its modules run: a line on its stdout that no output of a
 * handler begins like.
 *
 * @param admin the port on 127.0.0.1 where the child answers for its health and metrics, if it does
 */
record Report(OptionalInt admin) {
  /** The first character of such a line, one that no text begins with. */
  static final int MARK = 1;

  /** More than the longest line of ours has. */
  static final int LONGEST = 200;

  private static final String STARTED = "postbus started ";

  String line() {
    return (char) MARK + STARTED + admin.orElse(0) + "\n";
  }

  /** The report of a line without its mark and end; empty if it is none. */
  static Optional<Report> parse(String line) {
    if (!line.startsWith(STARTED)) {
      return Optional.empty();
    }
    int port = Integer.parseInt(line.substring(STARTED.length()));
    return Optional.of(new Report(port == 0 ? OptionalInt.empty() : OptionalInt.of(port)));
  }
}

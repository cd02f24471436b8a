package io.postbus.benchmarks;

import java.util.concurrent.ExecutionException;

/**
 * A round that a contestant did not finish, or in which a message was lost or came twice.
 *
 * @param name of the case, or of the suite if all of it failed
 * @param contestant whose it is
 * @param round of the case; below 0 while it warms up
 * @param why in a line
 */
record Failure(String name, String contestant, int round, String why) {
  static Failure of(String name, String contestant, int round, Throwable why) {
    Throwable cause = why.getCause();
    Throwable first = why instanceof ExecutionException && cause != null ? cause : why;
    String line = String.valueOf(first);
    if (first.getCause() != null) {
      line += ", because of " + first.getCause();
    }
    return new Failure(name, contestant, round, line.replaceAll("\\s+", " "));
  }

  /** One line of JSON. */
  String json() {
    return String.format(
        "{\"case\":\"%s\",\"contestant\":\"%s\",\"failed_round\":%d,\"why\":\"%s\"}",
        name, contestant, round, why.replace("\\", "\\\\").replace("\"", "\\\""));
  }
}

package io.postbus.runtime.consume;

import java.time.Duration;

/** A failure that no exception of the handler's stands for. It has a word for a name, no stack. */
final class Unthrown extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String word;

  private Unthrown(String word, String message) {
    super(message, null, false, false);
    this.word = word;
  }

  static Unthrown retryAfter(Duration delay) {
    return new Unthrown("retry-requested", "The handler asked for a retry after " + delay);
  }

  static Unthrown dead(String reason) {
    return new Unthrown("dead-lettered", reason);
  }

  String word() {
    return word;
  }
}

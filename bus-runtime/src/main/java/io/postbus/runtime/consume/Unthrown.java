package io.postbus.runtime.consume;

import io.postbus.NotRetryable;
import java.time.Duration;

/** A failure that no exception of the handler's stands for. It has a word for a name, no stack. */
class Unthrown extends RuntimeException {
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

  /** It was in hand at the death of so many processes. */
  static Unthrown killer(int deaths) {
    return new Killer(
        "Its process died %d times while it was in hand, the last two times with it alone"
            .formatted(deaths));
  }

  private static final class Killer extends Unthrown implements NotRetryable {
    private static final long serialVersionUID = 1L;

    Killer(String message) {
      super("killed-its-process", message);
    }
  }

  String word() {
    return word;
  }
}

package io.postbus.driver.memory;

import java.time.Duration;

/** The moment at which a wait ends, by the JVM's running clock. */
record Deadline(long at) {
  private static final Duration LONGEST = Duration.ofDays(365);

  static Deadline after(Duration limit) {
    return new Deadline(System.nanoTime() + nanos(limit));
  }

  /** Nanoseconds until then; zero or less once it is over. */
  long left() {
    return at - System.nanoTime();
  }

  boolean over() {
    return left() <= 0;
  }

  private static long nanos(Duration limit) {
    if (limit.isNegative()) {
      return 0;
    }
    return limit.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : limit.toNanos();
  }
}

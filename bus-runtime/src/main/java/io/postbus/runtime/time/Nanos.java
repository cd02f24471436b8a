package io.postbus.runtime.time;

import java.time.Duration;

/** Durations as nanoseconds. */
final class Nanos {
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

  private Nanos() {}

  /** Zero or more; what is longer than 73 years is 73 years. */
  static long of(Duration d) {
    if (d.isNegative()) {
      return 0;
    }
    return d.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : d.toNanos();
  }
}

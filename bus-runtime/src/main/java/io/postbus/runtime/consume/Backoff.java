package io.postbus.runtime.consume;

import java.time.Duration;

/** Growing waits between tries that nothing but time can help. One thread. */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration LAST = Duration.ofSeconds(5);

  private Duration next = FIRST;

  /** The next wait: 0.2 s, twice as long each time, at most 5 s. */
  Duration next() {
    Duration wait = next;
    Duration twice = wait.multipliedBy(2);
    next = twice.compareTo(LAST) < 0 ? twice : LAST;
    return wait;
  }

  void reset() {
    next = FIRST;
  }
}

package io.postbus.cli.supervise;

import java.time.Duration;

/**
 * How long a process that died waits for its next start: the restart delay, twice as long after
 * each death that follows soon, at most half an hour or, where that is longer, the delay itself.
 * One thread.
 */
final class BackOff {
  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final Duration HEALTHY = Duration.ofMinutes(1);

  private final Duration first;
  private final Duration longest;
  private final Duration healthy;
  private Duration next;

  BackOff(Duration first) {
    this.first = first;
    this.longest = max(first, LONGEST);
    this.healthy = max(first.multipliedBy(2), HEALTHY);
    this.next = first;
  }

  /** The wait after a death. Who has lived for a healthy while begins from the first delay. */
  Duration after(Duration lived) {
    if (lived.compareTo(healthy) >= 0) {
      next = first;
    }
    Duration wait = next;
    Duration doubled = wait.multipliedBy(2);
    next = doubled.compareTo(longest) > 0 ? longest : doubled;
    return wait;
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}

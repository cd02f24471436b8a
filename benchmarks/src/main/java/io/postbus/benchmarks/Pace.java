package io.postbus.benchmarks;

import java.time.Duration;

/**
 * How many messages a round has: as many as wanted, or fewer where a round would take longer than
 * it may, by what the last one took. All contestants have the same in a round.
 */
final class Pace {
  /** Below this part of what was wanted, what begins and ends a round would be all of it. */
  private static final int LEAST = 20;

  private final int most;
  private final int least;
  private int messages;

  Pace(int most) {
    this.most = most;
    this.least = Math.max(1, most / LEAST);
    this.messages = most;
  }

  int messages() {
    return messages;
  }

  /**
   * Half of them are enough to warm up, or fewer where there is little time.
   *
   * @param expected for a whole round
   */
  void warmUp(Duration expected, Duration allowed) {
    messages = most;
    took(expected, allowed);
    messages = Math.max(least, Math.min(most / 2, messages));
  }

  /** Prepares for the next round. */
  void took(Duration last, Duration allowed) {
    double fits = messages * (double) allowed.toNanos() / Math.max(1, last.toNanos());
    messages = (int) Math.max(least, Math.min(most, fits));
  }
}

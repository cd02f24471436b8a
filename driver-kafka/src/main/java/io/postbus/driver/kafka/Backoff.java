package io.postbus.driver.kafka;

import java.util.concurrent.ThreadLocalRandom;

/**
 * The waits between attempts: 0.2 s growing to 5 s, each by a fifth longer or shorter. One thread.
 */
final class Backoff {
  private static final long FIRST_MILLIS = 200;
  private static final long LONGEST_MILLIS = 5_000;

  private long millis = FIRST_MILLIS;

  void reset() {
    millis = FIRST_MILLIS;
  }

  /** How long to wait now, in ms. */
  long next() {
    long now = millis;
    millis = Math.min(LONGEST_MILLIS, millis * 2);
    long spread = now / 5;
    return now + ThreadLocalRandom.current().nextLong(-spread, spread + 1);
  }
}

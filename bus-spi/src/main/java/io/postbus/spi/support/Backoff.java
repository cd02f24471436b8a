package io.postbus.spi.support;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The waits between attempts to reach a broker: 0.2 s growing to 5 s, each by up to a fifth longer
 * or shorter, so that many who lost it do not come back as one. One thread.
 */
public final class Backoff {
  private static final long FIRST_MILLIS = 200;
  private static final long LONGEST_MILLIS = 5_000;

  private long millis = FIRST_MILLIS;

  /** Before the first attempt. */
  public Backoff() {}

  /** Begins with short waits again: an attempt has succeeded. */
  public void reset() {
    millis = FIRST_MILLIS;
  }

  /** How long to wait now. */
  public Duration next() {
    long now = millis;
    millis = Math.min(LONGEST_MILLIS, millis * 2);
    long spread = now / 5;
    return Duration.ofMillis(now + ThreadLocalRandom.current().nextLong(-spread, spread + 1));
  }
}

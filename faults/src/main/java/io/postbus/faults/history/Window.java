package io.postbus.faults.history;

import java.time.Duration;
import java.time.Instant;

/**
 * When a fault was there.
 *
 * @param until its end, or {@link Instant#MAX} while it lasts
 */
public record Window(String fault, Instant from, Instant until) {
  /** Whether the moment lies in it or not longer than the time after it. */
  public boolean explains(Instant moment, Duration after) {
    return !moment.isBefore(from)
        && (until.equals(Instant.MAX) || !moment.isAfter(until.plus(after)));
  }
}

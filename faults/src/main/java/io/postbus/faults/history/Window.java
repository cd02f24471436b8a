package io.postbus.faults.history;

import java.time.Duration;
import java.time.Instant;

/**
 * When a fault was there.
 *
 * @param forgetful whether the broker lost what it had, and what it got meanwhile
 */
public record Window(String fault, Instant from, Instant until, boolean forgetful) {
  /** Whether the moment lies in it or not longer than the time after it. */
  public boolean explains(Instant moment, Duration after) {
    return !moment.isBefore(from) && !moment.isAfter(until.plus(after));
  }
}

package io.postbus.faults.history;

import java.time.Duration;
import java.time.Instant;

/**
 * When a fault was there.
 *
 * @param forgets how far back from its beginning the broker may have lost what it had confirmed,
 *     and what it got meanwhile; zero if it lost nothing
 */
public record Window(String fault, Instant from, Instant until, Duration forgets) {
  /** Further back than anything was confirmed. */
  public static final Duration EVERYTHING = Duration.ofDays(1_000);

  /** A fault over which the broker loses nothing. */
  public static Window of(String fault, Instant from, Instant until) {
    return new Window(fault, from, until, Duration.ZERO);
  }

  /** Whether the moment lies in it or not longer than the time after it. */
  public boolean explains(Instant moment, Duration after) {
    return !moment.isBefore(from) && !moment.isAfter(until.plus(after));
  }

  /** Whether the broker may know nothing more of what was published and confirmed then. */
  boolean forgives(Instant published, Instant confirmed) {
    return !forgets.isZero()
        && published.isBefore(until)
        && !confirmed.isBefore(from.minus(forgets));
  }
}

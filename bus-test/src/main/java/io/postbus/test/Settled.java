package io.postbus.test;

import java.time.Duration;
import java.util.Optional;

/**
 * How a delivery was settled.
 *
 * @param cause what it failed with, for {@link How#RETRIED}, and {@link How#DEAD_LETTERED} by an
 *     exception that marks itself as final
 * @param delay what the handler asked for with {@code retryAfter}
 * @param reason why it was given up on; empty if it was not
 */
public record Settled(How how, Optional<Throwable> cause, Optional<Duration> delay, String reason) {
  /** In which of the ways. */
  public enum How {
    ACKNOWLEDGED,
    /** Failed, to be tried again as the subscription's schedule says. */
    RETRIED,
    DEAD_LETTERED,
    /** Given back uncounted. */
    RELEASED
  }

  static Settled as(How how) {
    return new Settled(how, Optional.empty(), Optional.empty(), "");
  }
}

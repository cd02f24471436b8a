package io.postbus;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * When a failed delivery is tried again: first in place, the delivery held, then after a delay in
 * the store, addressed to the one group that failed, then it is a dead letter.
 *
 * @param inPlace the waits before the attempts in place, in order; short, at most a minute in all
 * @param delayed the delays of the later attempts, in order
 * @param jitter by which part of itself a delay varies at random, 0 to 1, so that what failed
 *     together does not come back together
 */
public record RetrySchedule(List<Duration> inPlace, List<Duration> delayed, double jitter) {
  private static final Duration IN_PLACE_LIMIT = Duration.ofMinutes(1);

  /** Three attempts in place, then five within the hour. */
  public static final RetrySchedule DEFAULT =
      new RetrySchedule(
          List.of(Duration.ZERO, Duration.ofMillis(100), Duration.ofMillis(500)),
          List.of(
              Duration.ofSeconds(10),
              Duration.ofSeconds(30),
              Duration.ofMinutes(2),
              Duration.ofMinutes(10),
              Duration.ofMinutes(30)),
          0.1);

  /** The first failure is the last. */
  public static final RetrySchedule NONE = new RetrySchedule(List.of(), List.of(), 0);

  public RetrySchedule {
    inPlace = List.copyOf(inPlace);
    delayed = List.copyOf(delayed);
    if (inPlace.stream().anyMatch(Duration::isNegative)
        || delayed.stream().anyMatch(Duration::isNegative)) {
      throw new IllegalArgumentException("A wait before a retry is negative");
    }
    if (inPlace.stream().reduce(Duration.ZERO, Duration::plus).compareTo(IN_PLACE_LIMIT) > 0) {
      throw new IllegalArgumentException(
          "The waits of in-place retries add up to more than a minute; use delayed ones");
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter is " + jitter + ", must be from 0 to 1");
    }
  }

  public static RetrySchedule inPlace(Duration... waits) {
    return new RetrySchedule(List.of(waits), List.of(), 0.1);
  }

  public static RetrySchedule delayed(Duration... delays) {
    return new RetrySchedule(List.of(), List.of(delays), 0.1);
  }

  public RetrySchedule thenDelayed(Duration... delays) {
    return new RetrySchedule(inPlace, List.of(delays), jitter);
  }

  public RetrySchedule jitter(double part) {
    return new RetrySchedule(inPlace, delayed, part);
  }

  /** How long it lasts, but for the jitter and what the attempts themselves take. */
  public Duration total() {
    return Stream.concat(inPlace.stream(), delayed.stream()).reduce(Duration.ZERO, Duration::plus);
  }

  /** How many attempts there are in all, the first included. */
  public int attempts() {
    return 1 + inPlace.size() + delayed.size();
  }
}

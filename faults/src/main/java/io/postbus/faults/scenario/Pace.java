package io.postbus.faults.scenario;

import java.time.Duration;

/**
 * How long and how hard a run is.
 *
 * @param perSecond how many messages are published
 * @param longest a fault lasts at most
 * @param calm how long messages flow before and between faults
 * @param back how soon all is well after the end of a fault's cause
 * @param rounds how often what wears out is repeated
 * @param deaths how many leaders of a cluster die, one after the other
 */
public record Pace(
    int perSecond, Duration longest, Duration calm, Duration back, int rounds, int deaths) {
  /** For tests that run with every build, on machines that do other work as well. */
  public static final Pace SHORT =
      new Pace(150, Duration.ofSeconds(1), Duration.ofMillis(200), Duration.ofSeconds(40), 2, 1);

  /** For {@code dev/faults}. */
  public static final Pace FULL =
      new Pace(250, Duration.ofMinutes(2), Duration.ofSeconds(1), Duration.ofSeconds(10), 10, 3);

  Duration of(Fault fault) {
    return fault.lasts().compareTo(longest) < 0 ? fault.lasts() : longest;
  }
}

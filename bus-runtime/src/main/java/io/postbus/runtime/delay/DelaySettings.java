package io.postbus.runtime.delay;

import java.time.Duration;

/**
 * What a node decides about its delay engine.
 *
 * @param name of the store among those on one broker; nodes of one store give the same
 * @param node identifies this process among those on the store
 * @param firing whether this node fires, or leaves it to others
 * @param inFlight how long after firing an entry is due again if its publisher does not report: it
 *     must be well above the time that a publication may take, and is how late an entry is that was
 *     with a node when that died
 * @param publishAttempts after how many refused publications in a row an entry is dead; the waits
 *     between them grow from 1 s to 10 min
 * @param putLimit how long putting an entry waits for the store before it fails
 */
public record DelaySettings(
    String name,
    String node,
    Firing firing,
    Duration inFlight,
    int publishAttempts,
    Duration putLimit) {

  private static final Duration LEAST_IN_FLIGHT = Duration.ofSeconds(5);

  /** Whether a node fires what is due. */
  public enum Firing {
    ON,
    OFF
  }

  public DelaySettings {
    if (inFlight.compareTo(Duration.ofSeconds(1)) < 0 || publishAttempts < 1) {
      throw new IllegalArgumentException(
          "In flight at least 1 s and 1 attempt, not " + inFlight + " and " + publishAttempts);
    }
  }

  /** Fires; 30 s in flight, dead after 16 attempts in more than an hour, puts within 10 s. */
  public static DelaySettings of(String name, String node) {
    return new DelaySettings(
        name, node, Firing.ON, Duration.ofSeconds(30), 16, Duration.ofSeconds(10));
  }

  public DelaySettings firing(Firing on) {
    return new DelaySettings(name, node, on, inFlight, publishAttempts, putLimit);
  }

  /**
   * In flight for three times as long as a publication may take, and at least 5 s: nobody publishes
   * it a second time while the first may still be under way.
   */
  public DelaySettings publishingWithin(Duration timeout) {
    Duration safe = timeout.multipliedBy(3);
    return inFlight(safe.compareTo(LEAST_IN_FLIGHT) < 0 ? LEAST_IN_FLIGHT : safe);
  }

  public DelaySettings inFlight(Duration limit) {
    return new DelaySettings(name, node, firing, limit, publishAttempts, putLimit);
  }

  public DelaySettings publishAttempts(int most) {
    return new DelaySettings(name, node, firing, inFlight, most, putLimit);
  }
}

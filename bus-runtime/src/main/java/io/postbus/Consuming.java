package io.postbus;

import java.time.Duration;

/** A subscription that is running. Thread-safe. */
public interface Consuming extends AutoCloseable {
  Subscription subscription();

  /**
   * Stops taking new deliveries until {@link #resume()}. What has begun goes on, the rest goes back
   * uncounted, and with the last of it this member leaves the group, so that others have its share.
   * Returns at once.
   */
  void pause();

  /** Joins again, or goes on if it has not left yet; returns at once. */
  void resume();

  Health.ConsumerHealth health();

  /** As {@link #close(Duration)} with the bus's grace time. */
  @Override
  void close();

  /**
   * Leaves the group: handlers finish what they have begun within the grace time; the rest goes
   * back uncounted. Idempotent. The group itself stays and keeps gathering: see {@link
   * Groups#remove}.
   */
  void close(Duration grace);
}

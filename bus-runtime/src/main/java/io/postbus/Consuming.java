package io.postbus;

import java.time.Duration;

/** A subscription that is running. Thread-safe. */
public interface Consuming extends AutoCloseable {
  Subscription subscription();

  /** Stops taking new deliveries until {@link #resume()}; what has begun goes on. */
  void pause();

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

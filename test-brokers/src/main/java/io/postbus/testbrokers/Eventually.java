package io.postbus.testbrokers;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waiting with a limit and a reason. */
final class Eventually {
  private static final long POLL_NANOS = Duration.ofMillis(20).toNanos();

  private Eventually() {}

  /**
   * Returns when the condition holds. An exception counts as "not yet" and is the cause of the
   * error when the limit has passed.
   */
  static void within(Duration limit, String description, Callable<Boolean> condition) {
    long end = System.nanoTime() + limit.toNanos();
    Exception last = null;
    do {
      try {
        if (condition.call()) {
          return;
        }
        last = null;
      } catch (Exception e) {
        last = e;
      }
      LockSupport.parkNanos(POLL_NANOS);
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("interrupted while waiting for: " + description, last);
      }
    } while (System.nanoTime() < end);
    throw new IllegalStateException("not within " + limit + ": " + description, last);
  }
}

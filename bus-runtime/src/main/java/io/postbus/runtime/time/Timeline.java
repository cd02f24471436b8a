package io.postbus.runtime.time;

import java.time.Duration;
import java.time.InstantSource;

/**
 * Moments and timers. Every wait of the runtime that a policy causes (a retry, a deadline, a
 * lease's renewal, a rate limit) is a timer here and never a sleeping thread, so that a test can
 * advance half an hour in no time. Thread-safe.
 */
public interface Timeline extends InstantSource {
  /** Nanoseconds from an arbitrary origin; runs on evenly whatever happens to the wall clock. */
  long nanos();

  /**
   * Runs the task once, after the delay or as soon as possible if it is zero or less. Tasks run one
   * at a time on the timeline's thread: they hand over anything that blocks or takes longer than a
   * few dozen microseconds. A task that throws is logged.
   */
  Timer schedule(Duration delay, Runnable task);

  /** Where work is counted that virtual time must not pass by. */
  default Pending pending() {
    return Pending.NONE;
  }

  /** A scheduled task. */
  interface Timer {
    /** Keeps the task from running unless it has begun; idempotent. */
    void cancel();
  }
}

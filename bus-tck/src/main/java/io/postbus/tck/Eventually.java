package io.postbus.tck;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for what takes its time, and no longer: the way to wait in a test. Immutable.
 *
 * <pre>{@code
 * Eventually.within(Duration.ofSeconds(10)).until("the queue is empty", () -> count() == 0);
 * }</pre>
 */
public final class Eventually {
  private static final long SHORTEST = 1_000_000;
  private static final long LONGEST = 50_000_000;

  private final Duration limit;

  private Eventually(Duration limit) {
    this.limit = limit;
  }

  public static Eventually within(Duration limit) {
    return new Eventually(limit);
  }

  /**
   * Returns once the condition is true. A condition that throws is not true yet.
   *
   * @throws AssertionError with the description, and what the condition threw last, at the limit
   */
  public void until(String description, Callable<Boolean> condition) {
    long start = System.nanoTime();
    long pause = SHORTEST;
    while (true) {
      Throwable failure = null;
      try {
        if (condition.call()) {
          return;
        }
      } catch (Exception | AssertionError e) {
        failure = e;
      }
      if (System.nanoTime() - start >= limit.toNanos()) {
        throw new AssertionError("Not within " + limit + ": " + description, failure);
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new AssertionError("Interrupted while waiting until " + description, failure);
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(pause * 2, LONGEST);
    }
  }

  /** Returns once the assertions hold; at the limit throws what they threw last. */
  public void asserts(String description, Assertions assertions) {
    until(
        description,
        () -> {
          assertions.run();
          return true;
        });
  }

  /** Assertions that may not hold yet. */
  @FunctionalInterface
  public interface Assertions {
    void run() throws Exception;
  }
}

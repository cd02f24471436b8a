package io.postbus.runtime.time;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Counts what is pending and lets one wait until nothing is. Thread-safe. */
final class PendingCount implements Pending {
  /** How often conditions are looked at that cannot tell when they change. */
  private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition none = lock.newCondition();
  private long count;
  private long entered;

  @Override
  public void enter() {
    lock.lock();
    try {
      count++;
      entered++;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void leave() {
    lock.lock();
    try {
      if (--count == 0) {
        none.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until nothing is pending while every condition holds, all at one time. */
  void awaitNone(List<BooleanSupplier> conditions, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    long before = awaitCount(0, deadline);
    while (!hold(conditions) || enteredSince(before)) {
      before = awaitCount(LOOK_NANOS, deadline);
    }
  }

  /** Waits for the pause and until nothing is pending, and returns how many have ever entered. */
  private long awaitCount(long pause, long deadline) {
    long until = System.nanoTime() + pause;
    lock.lock();
    try {
      while (count > 0 || until - System.nanoTime() > 0) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw new IllegalStateException(
              "Not idle in time: " + count + " pieces of counted work have not ended");
        }
        long ignored = none.awaitNanos(count > 0 ? left : Math.min(left, LOOK_NANOS));
      }
      return entered;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for pending work", e);
    } finally {
      lock.unlock();
    }
  }

  private boolean enteredSince(long before) {
    lock.lock();
    try {
      return entered != before;
    } finally {
      lock.unlock();
    }
  }

  private static boolean hold(List<BooleanSupplier> conditions) {
    for (BooleanSupplier condition : conditions) {
      if (!condition.getAsBoolean()) {
        return false;
      }
    }
    return true;
  }
}

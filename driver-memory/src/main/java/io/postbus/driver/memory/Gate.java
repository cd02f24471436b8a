package io.postbus.driver.memory;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where callers wait for the broker's state to change: connected again, unblocked, room made,
 * closed. Thread-safe.
 *
 * <p>A caller takes {@link #seen()} before it looks at the state, so that no change between its
 * look and its wait is missed.
 */
final class Gate {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicLong changes = new AtomicLong();

  long seen() {
    return changes.get();
  }

  void changed() {
    lock.lock();
    try {
      changes.incrementAndGet();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a change since {@code seen}, for at most so long. */
  void await(long seen, long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (changes.get() == seen && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}

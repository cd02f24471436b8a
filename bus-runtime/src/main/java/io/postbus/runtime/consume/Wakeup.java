package io.postbus.runtime.consume;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Lets one thread wait until another wakes it; a call before the wait ends it at once. */
final class Wakeup {
  private final AtomicBoolean called = new AtomicBoolean();
  private volatile @Nullable Thread waiter;

  void call() {
    called.set(true);
    LockSupport.unpark(waiter);
  }

  /** The one thread. An interrupt does not end the wait. */
  void await(Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    waiter = Thread.currentThread();
    try {
      for (long left = limit.toNanos();
          left > 0 && !called.get();
          left = until - System.nanoTime()) {
        LockSupport.parkNanos(this, left);
      }
      called.set(false);
    } finally {
      waiter = null;
    }
  }
}

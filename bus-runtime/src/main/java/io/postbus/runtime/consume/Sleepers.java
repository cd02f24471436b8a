package io.postbus.runtime.consume;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Workers that sleep. Who went to sleep last is woken first, for what it needs is still at hand,
 * and one at a time: the next only when that is awake. Thread-safe.
 */
final class Sleepers {
  private final Deque<Sleeper> asleep = new ConcurrentLinkedDeque<>();

  /** Somebody has been called and is not awake yet. */
  private final AtomicBoolean waking = new AtomicBoolean();

  /** The calling thread is about to sleep: from now on it may be called. */
  Sleeper lieDown() {
    Sleeper me = new Sleeper();
    asleep.addFirst(me);
    return me;
  }

  /** The same for one that is woken last of all. */
  Sleeper lieLast() {
    Sleeper me = new Sleeper();
    asleep.addLast(me);
    return me;
  }

  /** Calls one, unless one that was called is on its way. */
  void wakeOne() {
    if (!waking.get() && waking.compareAndSet(false, true)) {
      Sleeper one = asleep.pollFirst();
      if (one == null) {
        waking.set(false);
      } else {
        one.call();
      }
    }
  }

  void wakeAll() {
    for (Sleeper one = asleep.pollFirst(); one != null; one = asleep.pollFirst()) {
      one.call();
    }
  }

  /** One sleep of the thread that made it, which alone uses it. */
  final class Sleeper {
    private final Thread thread = Thread.currentThread();
    private volatile boolean called;

    private void call() {
      called = true;
      LockSupport.unpark(thread);
    }

    /** Sleeps until called. An interrupt is meant for what the thread did before. */
    void sleep() {
      while (!called) {
        LockSupport.park(Sleepers.this);
        Thread.interrupted();
      }
      waking.set(false);
    }

    /** Sleeps for so long; returns whether it was called. */
    boolean sleep(long nanos) {
      if (!called) {
        LockSupport.parkNanos(Sleepers.this, nanos);
        Thread.interrupted();
      }
      if (called) {
        waking.set(false);
      }
      return called;
    }

    /** It is awake by itself, and not called any more. */
    void rise() {
      if (!asleep.remove(this)) {
        sleep();
      }
    }
  }
}

package io.postbus.driver.redisstream;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * How many deliveries a member may have unsettled, and how many of these places are taken: by
 * deliveries, or by a reader that is about to fetch some. Thread-safe.
 */
final class Room {
  private final AtomicInteger taken = new AtomicInteger();
  private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();
  private volatile int limit;

  Room(int limit) {
    this.limit = limit;
  }

  int limit() {
    return limit;
  }

  void limit(int n) {
    limit = n;
    waiting.forEach(LockSupport::unpark);
  }

  /** How many places are free. */
  int left() {
    return limit - taken.get();
  }

  /** So much that it is worth asking for. */
  int plenty() {
    return Math.max(1, limit / 4);
  }

  /** Takes up to so many places; returns how many. */
  int reserve(int most) {
    while (true) {
      int now = taken.get();
      int some = Math.min(most, limit - now);
      if (some <= 0) {
        return 0;
      }
      if (taken.compareAndSet(now, now + some)) {
        return some;
      }
    }
  }

  /** Takes places for what is there already, even if there is no room. */
  void take(int count) {
    taken.addAndGet(count);
  }

  /** Gives places back. */
  void free(int count) {
    int left = limit - taken.addAndGet(-count);
    if (left > 0 && !waiting.isEmpty() && (left <= count || left >= plenty())) {
      waiting.forEach(LockSupport::unpark);
    }
  }

  /** Waits until there is plenty; by a thread that looks itself how it is afterwards. */
  void await(long nanos) {
    Thread me = Thread.currentThread();
    waiting.add(me);
    try {
      if (left() < plenty()) {
        LockSupport.parkNanos(this, nanos);
      }
    } finally {
      waiting.remove(me);
    }
  }
}

package io.postbus.driver.kafka;

import io.postbus.spi.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a member has fetched: the keeper brings it, the poller takes it, anybody gives it back.
 * Thread-safe.
 */
final class Held {
  /** Beyond it nothing more is fetched, whatever the limit is. */
  private static final long BYTES = 16 << 20;

  /** So many wait at least before nothing more is fetched: a few milliseconds' worth. */
  private static final int LEAST = 5_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final List<Lot> lots = new ArrayList<>();
  private final AtomicInteger out = new AtomicInteger();
  private int turn;
  private int waiting;
  private long bytes;
  private boolean woken;
  private boolean closed;
  private volatile int limit;

  /** Whether a poller waits for room rather than for messages. */
  private volatile boolean starving;

  Held(int limit) {
    this.limit = limit;
  }

  int limit() {
    return limit;
  }

  void limit(int n) {
    limit = n;
    signal();
  }

  void wakeup() {
    lock.lock();
    try {
      woken = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void signal() {
    lock.lock();
    try {
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How many are out with handlers. */
  int out() {
    return out.get();
  }

  int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /** Whether what waits is enough for now. */
  boolean full() {
    return holds(1);
  }

  /** Whether so little is left of what was enough that more should be fetched. */
  boolean low() {
    return !holds(2);
  }

  /** Whether this part of what is enough waits. */
  private boolean holds(int part) {
    lock.lock();
    try {
      return waiting >= Math.max(LEAST, limit) / part || bytes >= BYTES / part;
    } finally {
      lock.unlock();
    }
  }

  void open(Lot lot) {
    lock.lock();
    try {
      lots.add(lot);
    } finally {
      lock.unlock();
    }
  }

  void add(Lot lot, List<Delivery> more) {
    if (more.isEmpty()) {
      return;
    }
    long size = 0;
    for (Delivery d : more) {
      size += d.size;
    }
    lock.lock();
    try {
      lot.add(more);
      waiting += more.size();
      bytes += size;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes up to {@code max} that wait, or waits for the first. */
  List<Delivery> take(int max, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while (!closed && !woken) {
        int n = Math.min(max, limit - out.get());
        if (n > 0 && waiting > 0) {
          return taken(Math.min(n, waiting));
        }
        if (left <= 0) {
          return List.of();
        }
        starving = n <= 0 && max > 0;
        if (!starving || limit - out.get() <= 0) {
          left = news.awaitNanos(left);
        }
      }
      woken = false;
      return List.of();
    } finally {
      starving = false;
      lock.unlock();
    }
  }

  private List<Delivery> taken(int n) {
    List<Delivery> taken = new ArrayList<>(n);
    while (taken.size() < n) {
      Lot lot = lots.get((turn++ & Integer.MAX_VALUE) % lots.size());
      for (Delivery d = lot.next(); d != null; d = taken.size() < n ? lot.next() : null) {
        d.handOut();
        lot.link(d);
        taken.add(d);
        waiting--;
        bytes -= d.size;
      }
    }
    out.addAndGet(n);
    return taken;
  }

  /** Takes note of a settlement; what is released waits again, at its place. */
  void settled(Delivery d, Settlement how) {
    if (how == Settlement.RELEASE) {
      lock.lock();
      try {
        d.lot.unlink(d);
        if (!d.lot.stopped) {
          putBack(d.anew());
        }
      } finally {
        lock.unlock();
      }
    }
    out.decrementAndGet();
    if (starving) {
      signal();
    }
  }

  private void putBack(Delivery d) {
    d.lot.putBack(d);
    waiting++;
    bytes += d.size;
    news.signalAll();
  }

  /** Forgets those of the chain, which were settled. */
  void unlink(Delivery chain) {
    lock.lock();
    try {
      for (Delivery d = chain; d != null; d = d.nextSettled) {
        d.lot.unlink(d);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes some that wait, the oldest first, for another member. */
  List<Delivery> giveAway(int most) {
    lock.lock();
    try {
      List<Delivery> given = new ArrayList<>();
      for (Lot lot : lots) {
        for (Delivery d = null; given.size() < most && (d = lot.next()) != null; ) {
          given.add(d);
          waiting--;
          bytes -= d.size;
        }
      }
      return given;
    } finally {
      lock.unlock();
    }
  }

  /** One that could not be given away waits again. */
  void takeBack(Delivery d) {
    lock.lock();
    try {
      if (!d.lot.stopped) {
        putBack(d);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Drops what waits in the lot below the offset, and returns it. */
  List<Delivery> drop(Lot lot, long below) {
    lock.lock();
    try {
      List<Delivery> dropped = lot.drop(below);
      for (Delivery d : dropped) {
        waiting--;
        bytes -= d.size;
      }
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Hands out nothing more of the lot, and returns those of it that are out. */
  List<Delivery> stop(Lot lot) {
    lock.lock();
    try {
      drop(lot, Long.MAX_VALUE);
      lot.stopped = true;
      lots.remove(lot);
      return lot.allOut();
    } finally {
      lock.unlock();
    }
  }

  /** What is lost is out no more. */
  void lost(List<Delivery> gone) {
    out.addAndGet(-gone.size());
    lock.lock();
    try {
      gone.forEach(d -> d.lot.unlink(d));
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How many of each number's partitions are out. */
  Map<Integer, Integer> outByNumber() {
    lock.lock();
    try {
      Map<Integer, Integer> all = new TreeMap<>();
      lots.forEach(lot -> all.merge(lot.partition.partition(), lot.out, Integer::sum));
      return all;
    } finally {
      lock.unlock();
    }
  }

  int out(Lot lot) {
    lock.lock();
    try {
      return lot.out;
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until none of these is out any more, or the moment has come. */
  static boolean awaitSettled(List<Delivery> some, long deadlineNanos) {
    while (some.stream().anyMatch(Delivery::isOut)) {
      long left = deadlineNanos - System.nanoTime();
      if (left <= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(2)));
    }
    return true;
  }
}

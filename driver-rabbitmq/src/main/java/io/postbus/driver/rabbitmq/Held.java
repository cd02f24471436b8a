package io.postbus.driver.rabbitmq;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All that a consumer has from the broker and has not settled, in the order of its delivery: what
 * waits for a poll as well as what is out. Thread-safe.
 */
final class Held {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Delivery first;
  private @Nullable Delivery last;

  /** Nothing before this one waits for a poll; null if nothing does. */
  private @Nullable Delivery cursor;

  private int limit;
  private int out;
  private boolean woken;
  private boolean closed;

  Held(int limit) {
    this.limit = limit;
  }

  /** How many may be out at a time. */
  void limit(int n) {
    lock.lock();
    try {
      limit = n;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  int limit() {
    lock.lock();
    try {
      return limit;
    } finally {
      lock.unlock();
    }
  }

  /** How many are out. */
  int out() {
    lock.lock();
    try {
      return out;
    } finally {
      lock.unlock();
    }
  }

  /** The number of the newest that is left, or 0. */
  long newest() {
    lock.lock();
    try {
      return last == null ? 0 : last.tag;
    } finally {
      lock.unlock();
    }
  }

  /** How many are left up to this number. */
  int upTo(long tag) {
    lock.lock();
    try {
      int n = 0;
      for (Delivery d = first; d != null && d.tag <= tag; d = d.after) {
        n++;
      }
      return n;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a delivery in, unless its channel has been given up.
   *
   * @return whether it is the first that waits, so that somebody is to be told of it
   */
  boolean add(Delivery d) {
    lock.lock();
    try {
      if (d.subscription.isLost()) {
        return false;
      }
      d.before = last;
      if (last == null) {
        first = d;
      } else {
        last.after = d;
      }
      last = d;
      if (cursor != null) {
        return false;
      }
      cursor = d;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Tells who waits that something came. */
  void tell() {
    lock.lock();
    try {
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for something to hand out, for a wakeup, for the end of the time or of this. */
  List<Delivery> take(int max, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while (true) {
        List<Delivery> some = takeNow(max);
        if (!some.isEmpty() || woken || closed || left <= 0) {
          woken = false;
          return some;
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private List<Delivery> takeNow(int max) {
    int room = Math.min(max, limit - out);
    if (room <= 0 || cursor == null) {
      return List.of();
    }
    List<Delivery> some = new ArrayList<>(Math.min(room, 64));
    Delivery d = cursor;
    for (; d != null && some.size() < room; d = d.after) {
      if (d.move(Delivery.HELD, Delivery.OUT)) {
        some.add(d);
      }
    }
    cursor = d;
    out += some.size();
    return some;
  }

  /**
   * Takes out what has been settled.
   *
   * @return the lowest number that remains, or {@link Long#MAX_VALUE}
   */
  long settled(List<Delivery> settled) {
    lock.lock();
    try {
      settled.forEach(this::unlink);
      out -= settled.size();
      if (cursor != null) {
        changed.signal();
      }
      return first == null ? Long.MAX_VALUE : first.tag;
    } finally {
      lock.unlock();
    }
  }

  /** Lets it be handed out again from its old place, before all that is younger. */
  void release(Delivery d) {
    lock.lock();
    try {
      if (!d.subscription.isLost()) {
        renew(d);
        out--;
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes out what nobody has polled yet. */
  List<Delivery> giveBack() {
    lock.lock();
    try {
      List<Delivery> held = new ArrayList<>();
      for (Delivery d = cursor; d != null; d = d.after) {
        if (d.move(Delivery.HELD, Delivery.GONE)) {
          held.add(d);
        }
      }
      held.forEach(this::unlink);
      return held;
    } finally {
      lock.unlock();
    }
  }

  /** Forgets everything; returns what was out and unsettled until now. */
  List<Delivery> clear() {
    lock.lock();
    try {
      List<Delivery> gone = new ArrayList<>();
      for (Delivery d = first; d != null; d = d.after) {
        if (d.move(Delivery.OUT, Delivery.GONE)) {
          gone.add(d);
        }
      }
      first = null;
      last = null;
      cursor = null;
      out = 0;
      return gone;
    } finally {
      lock.unlock();
    }
  }

  void wakeup() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void unlink(Delivery d) {
    if (cursor == d) {
      cursor = d.after;
    }
    replace(d, d.after, d.before);
  }

  private void renew(Delivery d) {
    Delivery again = d.anew();
    again.before = d.before;
    again.after = d.after;
    replace(d, again, again);
    if (cursor == null || again.tag <= cursor.tag) {
      cursor = again;
    }
  }

  /**
   * Lets the neighbours of {@code d} see others in its place. It forgets them, for whoever keeps it
   * would keep all that came after it.
   */
  private void replace(Delivery d, @Nullable Delivery next, @Nullable Delivery previous) {
    if (d.before == null) {
      first = next;
    } else {
      d.before.after = next;
    }
    if (d.after == null) {
      last = previous;
    } else {
      d.after.before = previous;
    }
    d.before = null;
    d.after = null;
  }
}

package io.postbus.driver.redisstream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that a member has from the server and whose settlement the server does not have yet, in the
 * order of arrival: what waits for a poll as well as what is out. Thread-safe.
 */
final class Held {
  private static final long ROOM_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private final Room room;

  /** Whether deliveries may be handed out at all, and which. */
  private final Ownership ownership;

  /** What waits for a poll; what is gone meanwhile is still in it. */
  private final Queue<Delivery> ready = new ArrayDeque<>();

  /** What was released and goes before what is younger. */
  private final Queue<Delivery> returned =
      new PriorityQueue<>(Comparator.comparingLong((Delivery d) -> d.number));

  private final AtomicInteger out = new AtomicInteger();
  private @Nullable Delivery first;
  private @Nullable Delivery last;
  private long numbers;
  private boolean woken;
  private boolean closed;

  Held(Room room, Ownership ownership) {
    this.room = room;
    this.ownership = ownership;
  }

  /** Takes deliveries in, in this order. */
  void add(List<Delivery> some) {
    lock.lock();
    try {
      for (Delivery d : some) {
        d.number = numbers++;
        append(d);
        ready.add(d);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void append(Delivery d) {
    d.before = last;
    if (last == null) {
      first = d;
    } else {
      last.after = d;
    }
    last = d;
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
        boolean noRoom = max > 0 && !(ready.isEmpty() && returned.isEmpty());
        // A settlement makes room without the lock, and room is seldom what is waited for.
        long pause = noRoom ? Math.min(left, ROOM_NANOS) : left;
        left -= pause - changed.awaitNanos(pause);
      }
    } finally {
      lock.unlock();
    }
  }

  private List<Delivery> takeNow(int max) {
    int most = Math.min(max, room.limit() - out.get());
    if (most <= 0 || (ready.isEmpty() && returned.isEmpty()) || !ownership.isActive()) {
      return List.of();
    }
    List<Delivery> some = new ArrayList<>(Math.min(most, ready.size() + returned.size()));
    long lease = ownership.lease();
    while (some.size() < most) {
      Delivery d = next();
      if (d == null) {
        break;
      }
      // Of an earlier lease, it is taken over again, in its turn.
      if (d.lease == lease && d.move(Delivery.HELD, Delivery.OUT)) {
        some.add(d);
      }
    }
    out.addAndGet(some.size());
    return some;
  }

  private @Nullable Delivery next() {
    Delivery back = returned.peek();
    Delivery fresh = ready.peek();
    boolean takeBack = back != null && (fresh == null || back.number < fresh.number);
    return takeBack ? returned.poll() : ready.poll();
  }

  /** One that was out is settled: the server need not know yet for another to take its place. */
  void settled() {
    out.decrementAndGet();
    room.free(1);
  }

  /** Lets it be handed out again from its old place, before all that is younger. */
  void release(Delivery d) {
    lock.lock();
    try {
      out.decrementAndGet();
      Delivery again = d.anew(ownership.lease());
      again.before = d.before;
      again.after = d.after;
      replace(d, again, again);
      returned.add(again);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The server has their settlements. */
  void forget(Collection<Delivery> settled) {
    lock.lock();
    try {
      settled.forEach(d -> replace(d, d.after, d.before));
    } finally {
      lock.unlock();
    }
  }

  /** All of the stream whose settlements the server does not have. */
  List<Delivery> of(StreamName stream) {
    List<Delivery> all = new ArrayList<>();
    lock.lock();
    try {
      for (Delivery d = first; d != null; d = d.after) {
        if (d.stream == stream) {
          all.add(d);
        }
      }
    } finally {
      lock.unlock();
    }
    return all;
  }

  /** The ids of all of the stream whose settlements the server does not have. */
  Set<String> ids(StreamName stream) {
    Set<String> ids = new HashSet<>();
    of(stream).forEach(d -> ids.add(RedisNames.text(d.id)));
    return ids;
  }

  /**
   * Forgets what is not ours any more and was not settled.
   *
   * @return what of it was out
   */
  List<Delivery> lose(Predicate<Delivery> lost) {
    List<Delivery> gone = new ArrayList<>();
    lock.lock();
    try {
      Delivery d = first;
      while (d != null) {
        Delivery next = d.after;
        if (lost.test(d)) {
          boolean wasOut = d.move(Delivery.OUT, Delivery.GONE);
          if (wasOut) {
            out.decrementAndGet();
            gone.add(d);
          }
          if (wasOut || d.move(Delivery.HELD, Delivery.GONE)) {
            room.free(1);
            replace(d, d.after, d.before);
          }
        }
        d = next;
      }
    } finally {
      lock.unlock();
    }
    return gone;
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

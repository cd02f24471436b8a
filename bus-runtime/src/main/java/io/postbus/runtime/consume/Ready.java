package io.postbus.runtime.consume;

import io.postbus.runtime.consume.Sleepers.Sleeper;
import io.postbus.runtime.time.Pending;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The work that any free worker may take. Thread-safe. Bounded by what may be in flight.
 *
 * <p>To wake a thread costs more than a quick handler does, and threads that are awake for the same
 * queue are in each other's way. So one is woken for what is there; the next only when that would
 * take the others long, by what handlers took lately. For the case that they take longer this time,
 * one that is idle stands guard: where the first of the queue stays for a millisecond, it takes
 * that. What comes out of its lane because a worker is done with the one ahead wakes nobody: that
 * worker comes for more.
 *
 * @param <W> a job or a batch of jobs
 */
final class Ready<W> {
  /** What is worth waking another worker. */
  private static final long WORTH_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  /** How often the guard looks. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** So many looks at an empty queue end its guard. */
  private static final int QUIET = 20;

  private final Queue<W> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();
  private final Sleepers sleepers = new Sleepers();
  private final AtomicInteger idle = new AtomicInteger();

  /** Workers that are not idle, and of which work is expected. */
  private final AtomicInteger awake = new AtomicInteger();

  private final AtomicBoolean guarded = new AtomicBoolean();
  private final Pending pending;
  private volatile Runnable grow = () -> {};
  private volatile boolean closed;

  /** What a piece of work takes in the mean; long, until that is known. */
  private volatile long cost = LOOK_NANOS;

  Ready(Pending pending) {
    this.pending = pending;
  }

  /** What starts one more worker, if there may be more. */
  void growBy(Runnable start) {
    grow = start;
  }

  /** A worker will take work from here. */
  void joins() {
    awake.incrementAndGet();
  }

  /** A worker has ended, or no work is expected of it any more. */
  void leaves() {
    awake.decrementAndGet();
  }

  void add(W work) {
    if (closed) {
      return;
    }
    pending.enter();
    queue.add(work);
    size.incrementAndGet();
    Worker adder = Worker.current();
    if (adder == null || !adder.comesTo(this)) {
      call();
    }
  }

  void addAll(Collection<W> all) {
    if (closed || all.isEmpty()) {
      return;
    }
    for (W work : all) {
      pending.enter();
      queue.add(work);
    }
    size.addAndGet(all.size());
    call();
  }

  /**
   * Waits for work. Whoever takes some calls {@link #done} after it.
   *
   * @return null once closed
   */
  @Nullable W take() {
    W work = poll();
    while (work == null) {
      if (closed) {
        return null;
      }
      work = await();
    }
    if (size.get() > 0) {
      call();
    }
    return work;
  }

  /** So long a worker had a piece of work, without what it waited for here. */
  void took(long nanos) {
    long before = cost;
    long after = before + (Math.min(nanos, LOOK_NANOS) - before) / 16;
    if (after != before) {
      cost = after;
    }
  }

  void done() {
    pending.leave();
  }

  /** Gets work that waits under way again, after a worker has been lost. */
  void wake() {
    if (!queue.isEmpty()) {
      wakeOne();
    }
  }

  /** Lets every worker go once there is nothing left. */
  void close() {
    closed = true;
    sleepers.wakeAll();
  }

  private @Nullable W poll() {
    W work = queue.poll();
    if (work != null) {
      size.decrementAndGet();
    }
    return work;
  }

  /** Wakes a worker for what is there, if that is worth it. */
  private void call() {
    if (!guarded.get() || wanted()) {
      wakeOne();
    }
  }

  /** Whether there is more to do than those who are awake will soon have done. */
  private boolean wanted() {
    int hands = awake.get();
    long each = cost;
    return hands <= 0 || each > WORTH_NANOS || size.get() * each > WORTH_NANOS * hands;
  }

  private void wakeOne() {
    if (idle.get() == 0) {
      grow.run();
    } else {
      sleepers.wakeOne();
    }
  }

  private @Nullable W await() {
    idle.incrementAndGet();
    awake.decrementAndGet();
    Sleeper me = sleepers.lieDown();
    try {
      // Once more: whoever added before has seen this one awake.
      W work = poll();
      if (work != null || closed) {
        me.rise();
        return work;
      }
      me.sleep();
      if (!closed && !wanted() && guarded.compareAndSet(false, true)) {
        guard();
      }
      return poll();
    } finally {
      awake.incrementAndGet();
      idle.decrementAndGet();
    }
  }

  /** Returns when it has to take work, or when there has been none for a while. */
  private void guard() {
    Sleeper me = sleepers.lieLast();
    W first = queue.peek();
    boolean called = false;
    for (int quiet = 0; quiet < QUIET && !called; quiet++) {
      // Where it is called and finds the same, too: at half a broker's rate that halves the delay.
      called = closed || me.sleep(LOOK_NANOS);
      W next = queue.peek();
      if (next != null && (stays(next, first) || wanted())) {
        break;
      }
      quiet = next == null ? quiet : 0;
      first = next;
    }
    me.rise();
    guarded.set(false);
  }

  /** Whether nobody has come; then those awake are at what takes long, and may take as long. */
  @SuppressWarnings("ReferenceEquality") // Equal work is other work.
  private boolean stays(W next, @Nullable W first) {
    if (next != first) {
      return false;
    }
    cost = LOOK_NANOS;
    return true;
  }
}

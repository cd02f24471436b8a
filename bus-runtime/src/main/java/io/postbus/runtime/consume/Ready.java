package io.postbus.runtime.consume;

import io.postbus.runtime.time.Pending;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The work that any free worker may take. Thread-safe. Bounded by what may be in flight.
 *
 * <p>Whoever adds wakes one worker, and a worker that leaves more behind wakes the next, one at a
 * time: a burst costs its adder a single wake-up, what is handled faster than a thread wakes keeps
 * few of them awake, and a busy queue costs none at all. Neither does what comes out of its lane
 * because a worker is done with the one ahead: that worker comes for more.
 *
 * @param <W> a job or a batch of jobs
 */
final class Ready<W> {
  private final Queue<W> queue = new ConcurrentLinkedQueue<>();
  private final Semaphore wakes = new Semaphore(0);
  private final AtomicInteger idle = new AtomicInteger();
  private final Pending pending;
  private volatile Runnable grow = () -> {};
  private volatile boolean closed;

  Ready(Pending pending) {
    this.pending = pending;
  }

  /** What starts one more worker, if there may be more. */
  void growBy(Runnable start) {
    grow = start;
  }

  void add(W work) {
    if (closed) {
      return;
    }
    pending.enter();
    queue.add(work);
    Worker adder = Worker.current();
    if (adder == null || !adder.comesTo(this)) {
      wakeOne();
    }
  }

  void addAll(Collection<W> all) {
    if (closed) {
      return;
    }
    for (W work : all) {
      pending.enter();
      queue.add(work);
    }
    if (!all.isEmpty()) {
      wakeOne();
    }
  }

  /**
   * Waits for work. Whoever takes some calls {@link #done} after it.
   *
   * @return null once closed
   */
  @Nullable W take() {
    W work = queue.poll();
    while (work == null) {
      if (closed) {
        return null;
      }
      work = await();
    }
    if (!queue.isEmpty()) {
      wakeOne();
    }
    return work;
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
    wakes.release(1 << 20);
  }

  private @Nullable W await() {
    idle.incrementAndGet();
    try {
      W work = queue.poll();
      if (work == null && !closed) {
        wakes.acquireUninterruptibly();
        work = queue.poll();
      }
      return work;
    } finally {
      idle.decrementAndGet();
    }
  }

  private void wakeOne() {
    if (idle.get() == 0) {
      grow.run();
    } else if (wakes.availablePermits() == 0) {
      wakes.release();
    }
  }
}

package io.postbus.runtime.time;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Time for tests: it stands still until {@link #advance} moves it. Then every task that falls due
 * runs in the order of time on the caller's thread, each at exactly its moment, together with the
 * tasks it schedules; and before time moves on from any moment, all {@link #pending() pending} work
 * has ended and every {@link #idleWhen condition} holds. Thread-safe; one thread advances at a
 * time.
 */
public final class VirtualTimeline implements Timeline {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualTimeline.class);

  private final ReentrantLock advancing = new ReentrantLock();
  private final TreeSet<Task> tasks = new TreeSet<>();
  private final List<BooleanSupplier> conditions = new ArrayList<>();
  private final PendingCount pending = new PendingCount();
  private final Instant start;
  private final Duration patience;
  private volatile long now;
  private long sequence;

  /**
   * A timeline that stands at this moment.
   *
   * @param patience how long, in real time, pending work of one moment may take
   */
  public VirtualTimeline(Instant start, Duration patience) {
    this.start = start;
    this.patience = patience;
  }

  /** A timeline that stands at this moment and allows each moment's work 10 s. */
  public VirtualTimeline(Instant start) {
    this(start, Duration.ofSeconds(10));
  }

  @Override
  public Instant instant() {
    return start.plusNanos(now);
  }

  @Override
  public long nanos() {
    return now;
  }

  @Override
  public Pending pending() {
    return pending;
  }

  /**
   * Time moves only while this holds: for what cannot be counted as pending, such as a broker's
   * queue that must have been emptied.
   */
  public void idleWhen(BooleanSupplier condition) {
    synchronized (tasks) {
      conditions.add(condition);
    }
  }

  /** How many timers wait for their moment. */
  public int timers() {
    synchronized (tasks) {
      return tasks.size();
    }
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    synchronized (tasks) {
      Task scheduled = new Task(now + Nanos.of(delay), sequence++, task, new AtomicBoolean());
      tasks.add(scheduled);
      return () -> cancel(scheduled);
    }
  }

  /**
   * Moves time on; zero runs what is due now and waits for what it causes.
   *
   * @throws IllegalStateException if a moment's work does not end within the patience, if the
   *     thread is interrupted, or from within a task
   */
  public void advance(Duration by) {
    if (advancing.isHeldByCurrentThread()) {
      throw new IllegalStateException("Time is already moving: a task must not advance it");
    }
    advancing.lock();
    try {
      long target = now + Nanos.of(by);
      awaitIdle();
      for (Task next = due(target); next != null; next = due(target)) {
        now = Math.max(now, next.at);
        next.run();
        awaitIdle();
      }
      now = target;
    } finally {
      advancing.unlock();
    }
  }

  private @Nullable Task due(long target) {
    synchronized (tasks) {
      return tasks.isEmpty() || tasks.first().at > target ? null : tasks.pollFirst();
    }
  }

  private void awaitIdle() {
    List<BooleanSupplier> all;
    synchronized (tasks) {
      all = List.copyOf(conditions);
    }
    pending.awaitNone(all, patience);
  }

  private void cancel(Task task) {
    if (task.begun.compareAndSet(false, true)) {
      synchronized (tasks) {
        tasks.remove(task);
      }
    }
  }

  private record Task(long at, long sequence, Runnable work, AtomicBoolean begun)
      implements Comparable<Task> {
    void run() {
      if (!begun.compareAndSet(false, true)) {
        return;
      }
      try {
        work.run();
      } catch (RuntimeException e) {
        LOG.error("A timer's task failed", e);
      }
    }

    @Override
    public int compareTo(Task o) {
      int c = Long.compare(at, o.at);
      return c != 0 ? c : Long.compare(sequence, o.sequence);
    }
  }
}

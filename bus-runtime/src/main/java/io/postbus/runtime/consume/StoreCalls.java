package io.postbus.runtime.consume;

import io.postbus.runtime.time.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of the store for many jobs at a time, in their order, on a thread of its own: what comes
 * during a call goes with the next one. A call that fails is repeated for ever. Thread-safe, and
 * bounded by what may be in flight.
 */
final class StoreCalls {
  private static final Logger LOG = LoggerFactory.getLogger(StoreCalls.class);
  private static final Duration IDLE = Duration.ofSeconds(5);

  /** As many as a {@link io.postbus.spi.DedupStore} takes. */
  private static final int MOST = 500;

  private final String what;
  private final Consumer<List<Job>> call;
  private final Timeline timeline;
  private final ConcurrentLinkedQueue<Job> queue = new ConcurrentLinkedQueue<>();
  private final Backoff backoff = new Backoff();
  private final ThreadPoolExecutor thread;
  private final Executor counted;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private List<Job> failed = List.of();
  private volatile boolean closed;
  private volatile @Nullable String trouble;

  /**
   * Calls that nobody has asked for yet.
   *
   * @param what fails when a call fails, as "Looking for what is completed"
   * @param call for some jobs; whatever it throws, it is made again
   */
  StoreCalls(String group, String what, Timeline timeline, Consumer<List<Job>> call) {
    this.what = what;
    this.call = call;
    this.timeline = timeline;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE.toNanos(),
            TimeUnit.NANOSECONDS,
            new LinkedBlockingQueue<>(),
            Threads.daemons("postbus-" + group + "-once"));
    thread.allowCoreThreadTimeOut(true);
    this.counted = timeline.pending().tracking(thread);
  }

  void add(Job job) {
    queue.add(job);
    if (trouble == null) {
      run();
    }
  }

  void addAll(List<Job> jobs) {
    queue.addAll(jobs);
    if (trouble == null) {
      run();
    }
  }

  /** Why no call succeeds at the moment, or null. */
  @Nullable String trouble() {
    return trouble;
  }

  /**
   * Ends the thread; what has not been called for is still the broker's. Idempotent.
   *
   * @param left takes that
   */
  void close(Consumer<Job> left) {
    closed = true;
    try {
      counted.execute(() -> leave(left));
    } catch (RejectedExecutionException e) {
      LOG.debug("{}: closed before", what);
    }
    thread.shutdown();
  }

  private void leave(Consumer<Job> left) {
    failed.forEach(left);
    failed = List.of();
    for (Job job = queue.poll(); job != null; job = queue.poll()) {
      left.accept(job);
    }
  }

  private void run() {
    if (scheduled.compareAndSet(false, true)) {
      try {
        counted.execute(this::drain);
      } catch (RejectedExecutionException e) {
        LOG.debug("{}: closed, deliveries stay with the broker", what);
      }
    }
  }

  /** One at a time: the executor has one thread. */
  private void drain() {
    scheduled.set(false);
    while (!closed) {
      List<Job> batch = next();
      if (batch.isEmpty()) {
        return;
      }
      try {
        call.accept(batch);
        trouble = null;
        backoff.reset();
      } catch (RuntimeException e) {
        note(e);
        failed = batch;
        timeline.schedule(backoff.next(), this::run);
        return;
      }
    }
  }

  private List<Job> next() {
    if (!failed.isEmpty()) {
      List<Job> again = failed;
      failed = List.of();
      return again;
    }
    List<Job> batch = new ArrayList<>();
    while (batch.size() < MOST) {
      Job job = queue.poll();
      if (job == null) {
        break;
      }
      batch.add(job);
    }
    return batch;
  }

  private void note(RuntimeException e) {
    if (trouble == null) {
      LOG.warn("{} failed, it is tried until it works: {}", what, e.toString());
    }
    trouble = what + " fails: " + e.getMessage();
  }
}

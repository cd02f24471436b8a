package io.postbus.runtime.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's clocks and one daemon thread that runs the timers. Thread-safe. */
public final class RealTimeline implements Timeline, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RealTimeline.class);

  private final ScheduledThreadPoolExecutor timers;

  /**
   * A timeline with a thread of its own.
   *
   * @param name of its thread
   */
  public RealTimeline(String name) {
    timers =
        new ScheduledThreadPoolExecutor(
            1, task -> daemon(task, name), new ThreadPoolExecutor.DiscardPolicy());
    timers.setRemoveOnCancelPolicy(true);
    timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public Instant instant() {
    return Instant.now();
  }

  @Override
  public long millis() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    ScheduledFuture<?> scheduled =
        timers.schedule(() -> run(task), Nanos.of(delay), TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  /** Ends the thread. What is scheduled, or will be, never runs. Idempotent; returns at once. */
  @Override
  public void close() {
    timers.shutdownNow();
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      LOG.error("A timer's task failed", e);
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}

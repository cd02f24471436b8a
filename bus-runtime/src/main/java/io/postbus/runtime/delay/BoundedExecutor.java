package io.postbus.runtime.delay;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A share of an executor: at most so many of its threads at a time, tasks in order of arrival. On
 * an executor that runs tasks at once it keeps recursion as shallow as its bound. Thread-safe.
 */
final class BoundedExecutor implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(BoundedExecutor.class);

  private final Executor threads;
  private final int most;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int active;

  BoundedExecutor(Executor threads, int most) {
    this.threads = threads;
    this.most = most;
  }

  @Override
  public void execute(Runnable task) {
    synchronized (waiting) {
      waiting.add(task);
      if (active == most) {
        return;
      }
      active++;
    }
    try {
      threads.execute(this::work);
    } catch (RejectedExecutionException e) {
      synchronized (waiting) {
        active--;
        waiting.remove(task);
      }
      throw e;
    }
  }

  private void work() {
    for (Runnable task = next(); task != null; task = next()) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        LOG.error("A task of the delay engine failed", e);
      }
    }
  }

  private @Nullable Runnable next() {
    synchronized (waiting) {
      Runnable task = waiting.poll();
      if (task == null) {
        active--;
      }
      return task;
    }
  }
}

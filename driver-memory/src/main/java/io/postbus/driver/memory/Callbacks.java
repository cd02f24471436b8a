package io.postbus.driver.memory;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A driver's own thread, on which it calls the runtime back, one call at a time and in order.
 * Thread-safe.
 */
final class Callbacks {
  private static final Logger LOG = System.getLogger(Callbacks.class.getName());
  private static final Duration CLOSE = Duration.ofSeconds(2);

  /** Hints beyond this many waiting calls are lost, as hints may be. */
  private static final int WAITING_HINTS = 1024;

  private final String name;
  private final ScheduledThreadPoolExecutor executor;

  Callbacks(String name) {
    this.name = name;
    this.executor = new ScheduledThreadPoolExecutor(1, this::thread);
    executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  /** Calls back soon; not at all once closed. */
  void run(Runnable call) {
    executor.execute(() -> guarded(call));
  }

  /** Calls back soon, unless too much is waiting. */
  void hint(Runnable call) {
    if (executor.getQueue().size() < WAITING_HINTS) {
      run(call);
    }
  }

  void every(Duration period, Runnable call) {
    var unused =
        executor.scheduleWithFixedDelay(
            () -> guarded(call), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends the thread after what waits, or after 2 s; called on the thread itself, does not wait. */
  void close() {
    executor.shutdown();
    if (Thread.currentThread() instanceof Own own && own.of == this) {
      return;
    }
    try {
      if (!executor.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "A listener of driver " + name + " failed", e);
    }
  }

  private Thread thread(Runnable work) {
    return new Own(this, work);
  }

  private static final class Own extends Thread {
    private final Callbacks of;

    Own(Callbacks of, Runnable work) {
      super(work, "postbus-memory-" + of.name);
      setDaemon(true);
      this.of = of;
    }
  }
}

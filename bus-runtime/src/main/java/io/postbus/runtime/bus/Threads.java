package io.postbus.runtime.bus;

import io.postbus.runtime.time.Pending;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bus's own threads, all of them daemons: some for the delay engine, which bounds their number
 * itself, one for what is done in the background, and one that sends guaranteed messages.
 * Thread-safe.
 */
final class Threads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Threads.class);
  private static final Duration LIMIT = Duration.ofMillis(500);

  private final ExecutorService delaying;
  private final ExecutorService background;
  private final ExecutorService sending;
  private final Pending pending;

  Threads(Pending pending) {
    this.pending = pending;
    this.delaying = Executors.newCachedThreadPool(named("postbus-delay-"));
    this.background = Executors.newSingleThreadExecutor(named("postbus-background-"));
    this.sending = Executors.newSingleThreadExecutor(named("postbus-guaranteed-"));
  }

  Executor delaying() {
    return pending.tracking(delaying);
  }

  Executor background() {
    return pending.tracking(background);
  }

  /** One task after the other. */
  Executor sending() {
    return pending.tracking(sending);
  }

  /** Interrupts what still runs and waits for its end. */
  @Override
  public void close() {
    List<ExecutorService> all = List.of(delaying, background, sending);
    all.forEach(ExecutorService::shutdownNow);
    try {
      for (ExecutorService each : all) {
        if (!each.awaitTermination(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
          LOG.warn("A thread of the bus is still in a call of the store after {}", LIMIT);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ThreadFactory named(String prefix) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread t = new Thread(task, prefix + count.incrementAndGet());
      t.setDaemon(true);
      return t;
    };
  }
}

package io.postbus.spi.support;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Threads for what waits for the broker in somebody's place. They go away by themselves after a
 * second without work; it is never shut down, for a client may still come with something when all
 * is closed, and must not be refused. Thread-safe.
 */
public final class Background extends ThreadPoolExecutor {
  private final Consumer<? super Exception> failed;

  /**
   * Starts no thread yet.
   *
   * @param threadName names the threads {@code <threadName>-1} and so on
   * @param failed is told, by any thread, what came out of closing a part
   */
  public Background(String threadName, Consumer<? super Exception> failed) {
    super(
        0,
        Integer.MAX_VALUE,
        1,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        new DaemonThreads(threadName));
    this.failed = failed;
  }

  /**
   * Closes all at the same time and waits for them, but no longer than this; an interrupt ends the
   * wait and is kept.
   *
   * @return whether all have been closed; those that have not are being closed still
   */
  public boolean closeAll(Duration limit, AutoCloseable... parts) {
    CountDownLatch left = new CountDownLatch(parts.length);
    for (AutoCloseable part : parts) {
      execute(
          () -> {
            try {
              part.close();
            } catch (Exception e) {
              failed.accept(e);
            } finally {
              left.countDown();
            }
          });
    }
    try {
      return left.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

package io.postbus.driver.kafka;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads for what waits for the broker in somebody's place. They go away by themselves after a
 * second without work; it is never shut down, for the client may still come with something when all
 * is closed, and must not be refused.
 */
final class Background extends ThreadPoolExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(Background.class);

  Background(String threadName) {
    super(
        0,
        Integer.MAX_VALUE,
        1,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        new DaemonThreads(threadName));
  }

  /** Closes all at the same time and waits for them, but no longer than this. */
  void closeAll(long limitMillis, AutoCloseable... parts) {
    CountDownLatch left = new CountDownLatch(parts.length);
    for (AutoCloseable part : parts) {
      execute(
          () -> {
            try {
              part.close();
            } catch (Exception e) {
              LOG.error("Closing failed", e);
            } finally {
              left.countDown();
            }
          });
    }
    try {
      if (!left.await(limitMillis, TimeUnit.MILLISECONDS)) {
        LOG.debug(
            "{} of {} are not closed within {} ms", left.getCount(), parts.length, limitMillis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

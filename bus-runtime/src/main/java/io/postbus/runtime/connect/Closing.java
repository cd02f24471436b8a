package io.postbus.runtime.connect;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what must be closed whatever else fails; an error is logged and ends nothing. */
public final class Closing {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private Closing() {}

  /** Closes one. */
  public static void one(AutoCloseable thing) {
    try {
      thing.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("Closing {} failed", thing, e);
    }
  }

  /** Closes all side by side and waits for them up to the limit. */
  public static void all(Collection<? extends AutoCloseable> things, Duration limit) {
    List<Thread> threads = new ArrayList<>(things.size());
    for (AutoCloseable thing : things) {
      Thread t = new Thread(() -> one(thing), "postbus-close");
      t.setDaemon(true);
      t.start();
      threads.add(t);
    }
    await(threads, limit);
  }

  private static void await(List<Thread> threads, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      for (Thread t : threads) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        t.join(Math.max(1, left));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

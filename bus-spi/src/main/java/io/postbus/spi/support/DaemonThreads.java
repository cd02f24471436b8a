package io.postbus.spi.support;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes threads that have a name and keep no JVM alive. Thread-safe. */
public final class DaemonThreads implements ThreadFactory {
  private final String prefix;
  private final AtomicInteger made = new AtomicInteger();

  /** Names threads {@code <prefix>-1} and so on. */
  public DaemonThreads(String prefix) {
    this.prefix = prefix;
  }

  @Override
  public Thread newThread(Runnable work) {
    return named(work, prefix + "-" + made.incrementAndGet());
  }

  /** One such thread, not started. */
  public static Thread named(Runnable work, String name) {
    Thread t = new Thread(work, name);
    t.setDaemon(true);
    return t;
  }
}

package io.postbus.driver.kafka;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes threads that have a name and keep no JVM alive. Thread-safe. */
record DaemonThreads(String prefix, AtomicInteger made) implements ThreadFactory {
  DaemonThreads(String prefix) {
    this(prefix, new AtomicInteger());
  }

  @Override
  public Thread newThread(Runnable work) {
    return named(work, prefix + "-" + made.incrementAndGet());
  }

  static Thread named(Runnable work, String name) {
    Thread t = new Thread(work, name);
    t.setDaemon(true);
    return t;
  }
}

package io.postbus.runtime.consume;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of a subscription. Daemons: a bus that nobody closed does not keep a process alive.
 *
 * <p>Platform threads, also where the JVM has virtual ones. A handler is any code: it may compute,
 * hold a monitor or call native code, and would then keep one of the few carriers from every other
 * handler of the process. A worker lives as long as its subscription and is started when there is
 * work for it, so its thread costs little.
 */
final class Threads {
  private Threads() {}

  /** Threads of this name. */
  static ThreadFactory daemons(String name) {
    return task -> daemon(name, task);
  }

  /** Threads of this name, numbered from 1. */
  static ThreadFactory numbered(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> daemon(name + "-" + number.incrementAndGet(), task);
  }

  private static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}

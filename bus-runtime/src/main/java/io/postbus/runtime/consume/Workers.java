package io.postbus.runtime.consume;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads on which handlers run, started as there is work for them. One whose handler does not
 * come back is replaced; there are never more than twice as many as handlers may run at a time.
 * Thread-safe.
 *
 * @param <W> what a worker takes at a time
 */
final class Workers<W> {
  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

  private final String group;
  private final Ready<W> ready;
  private final BiConsumer<W, Worker> runner;
  private final ThreadFactory threads;
  private final int concurrency;
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicInteger stuck = new AtomicInteger();
  private final Set<Thread> all = ConcurrentHashMap.newKeySet();

  Workers(String group, int concurrency, Ready<W> ready, BiConsumer<W, Worker> runner) {
    this.group = group;
    this.ready = ready;
    this.runner = runner;
    this.concurrency = concurrency;
    this.threads = Threads.numbered("postbus-" + group);
    ready.growBy(this::grow);
  }

  /** How many handlers have been given up and have not come back. */
  int stuck() {
    return stuck.get();
  }

  /** Whether there is a thread left that could take work. */
  boolean able() {
    return stuck.get() < 2 * concurrency;
  }

  /** Whether the calling thread is one of them. */
  boolean current() {
    return all.contains(Thread.currentThread());
  }

  private void grow() {
    int now = started.get();
    while (now < Math.min(concurrency + stuck.get(), 2 * concurrency)) {
      if (started.compareAndSet(now, now + 1)) {
        start();
        return;
      }
      now = started.get();
    }
  }

  private void start() {
    Thread thread = threads.newThread(this::work);
    ready.joins();
    try {
      thread.start();
    } catch (Throwable e) {
      ready.leaves();
      started.decrementAndGet();
      LOG.error("No thread could be started for a handler of {}", group, e);
    }
  }

  private void work() {
    Worker worker = new Worker(ready, this::replace);
    all.add(Thread.currentThread());
    try {
      for (W work = ready.take(); work != null; work = ready.take()) {
        run(work, worker);
        if (worker.givenUp()) {
          // Another has taken its place.
          stuck.decrementAndGet();
          return;
        }
        ready.done();
      }
    } finally {
      if (!worker.givenUp()) {
        ready.leaves();
      }
      all.remove(Thread.currentThread());
      started.decrementAndGet();
      // There may be work that waited for a thread to be allowed.
      ready.wake();
    }
  }

  private void run(W work, Worker worker) {
    worker.begins();
    try {
      runner.accept(work, worker);
    } catch (Throwable e) {
      LOG.error("A worker of {} failed outside of its handler", group, e);
    } finally {
      worker.calm();
    }
  }

  private void replace() {
    stuck.incrementAndGet();
    ready.done();
    ready.leaves();
    ready.wake();
  }
}

package io.postbus.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The same work on several threads at a time. */
final class InParallel {
  private InParallel() {}

  /** Runs the work so many times at once; fails if one of them does, or is not done in time. */
  static <T> List<T> run(int threads, Callable<T> work, Duration limit) throws Exception {
    return run(Collections.nCopies(threads, work), limit);
  }

  /** Runs each on a thread of its own, all at once; their results in order. */
  static <T> List<T> run(List<? extends Callable<T>> works, Duration limit) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(works.size());
    try {
      List<Future<T>> all = threads.invokeAll(works, limit.toNanos(), TimeUnit.NANOSECONDS);
      List<T> results = new ArrayList<>();
      for (Future<T> one : all) {
        results.add(one.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}

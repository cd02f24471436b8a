package io.postbus.cli.publish;

import io.postbus.cli.Failures;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What became of the messages so far. Thread-safe. */
public final class Tally {
  private static final int REASONS_KEPT = 10;

  private final long begun = System.nanoTime();
  private final SortedMap<String, Long> reasons = new TreeMap<>();
  private long open;
  private long published;
  private long failed;
  private int code;

  synchronized void began() {
    open++;
  }

  /** One that had begun has ended. */
  synchronized void ended(@Nullable Throwable error) {
    open--;
    if (error == null) {
      published++;
    } else {
      count(error);
    }
    notifyAll();
  }

  /** One could not even begin. */
  synchronized void refused(Throwable error) {
    count(error);
  }

  private void count(Throwable error) {
    failed++;
    code = code == 0 ? Failures.code(error) : code;
    String reason = String.valueOf(error.getMessage());
    if (reasons.size() < REASONS_KEPT || reasons.containsKey(reason)) {
      reasons.merge(reason, 1L, Long::sum);
    }
  }

  /** Waits until all that began have ended, and says whether they have. */
  synchronized boolean await(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (open > 0) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  public synchronized long published() {
    return published;
  }

  public synchronized long failed() {
    return failed;
  }

  synchronized long open() {
    return open;
  }

  /** The exit code of the first failure; 0 if there was none. */
  public synchronized int firstCode() {
    return code;
  }

  /** Why some failed, with how many of each; the first few reasons. */
  public synchronized SortedMap<String, Long> reasons() {
    return new TreeMap<>(reasons);
  }

  public Duration took() {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /** Messages published in a second. */
  public long perSecond() {
    return Math.round(published() * 1e9 / Math.max(1, took().toNanos()));
  }
}

package io.postbus.benchmarks;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/**
 * What a group has handled in one run: each message once, or the run has failed; and when, and how
 * long after its publication. Thread-safe.
 */
final class Tally implements Consumer<byte[]> {
  /** Numbers that follow each other are counted this far apart, for they are handled at once. */
  private static final int SPREAD = 64;

  /** The number of a message that is not counted. */
  static final int PROBE = -1;

  private final CountDownLatch probed = new CountDownLatch(1);
  private final int run;
  private final int messages;
  private final int keys;
  private final int stride;
  private final AtomicIntegerArray times;
  private final AtomicIntegerArray lastOfKey;
  private final AtomicReference<@Nullable String> wrong = new AtomicReference<>();
  private final CountDownLatch left;
  private final ConcurrentHistogram micros = new ConcurrentHistogram(3);
  private final AtomicInteger handled = new AtomicInteger();

  /** So many do not count for the rate: whoever has just begun is not at speed yet. */
  private final int slow;

  private volatile long begin;
  private volatile long end;

  /**
   * @param keys among how many keys the messages are spread, by their numbers, to be handled in
   *     order; 0 if order does not matter
   */
  Tally(int run, int messages, int keys) {
    this.run = run;
    this.messages = messages;
    this.slow = messages / 10;
    this.keys = keys;
    this.stride = (messages + SPREAD - 1) / SPREAD;
    this.times = new AtomicIntegerArray(stride * SPREAD);
    this.lastOfKey = new AtomicIntegerArray(Math.max(1, keys));
    this.left = new CountDownLatch(messages);
  }

  @Override
  public void accept(byte[] body) {
    long now = System.nanoTime();
    int number = Payload.number(body);
    if (number == PROBE) {
      probed.countDown();
      return;
    }
    if (Payload.run(body) != run || number < 0 || number >= messages) {
      fail("message " + number + " of run " + Payload.run(body) + " came in run " + run);
      return;
    }
    if (times.incrementAndGet(number % SPREAD * stride + number / SPREAD) > 1) {
      fail("message " + number + " came twice");
      return;
    }
    if (keys > 0 && lastOfKey.getAndSet(number % keys, number + 1) > number) {
      fail("message " + number + " was overtaken within its key");
    }
    micros.recordValue(Math.max(0, now - Payload.published(body)) / 1_000);
    if (handled.incrementAndGet() == slow + 1) {
      begin = now;
    }
    end = now;
    left.countDown();
  }

  /** Waits until a probe has come: whoever consumes is ready. */
  void awaitProbe(Duration limit) throws InterruptedException {
    if (!probed.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("the probe has not come");
    }
  }

  private void fail(String why) {
    wrong.compareAndSet(null, why);
  }

  /** Waits for all, and that nothing is wrong. */
  void await(Duration limit) throws InterruptedException {
    boolean all = left.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    check();
    if (!all) {
      throw new IllegalStateException(
          left.getCount() + " of " + messages + " messages have not come");
    }
  }

  /** Fails if something is wrong: once more when nothing can come any more. */
  void check() {
    String found = wrong.get();
    if (found != null) {
      throw new IllegalStateException(found);
    }
  }

  /** Messages handled a second, after the first tenth of them. */
  double rate() {
    return (messages - slow - 1) / ((end - begin) / 1e9);
  }

  /** When the last one was handled, by {@link System#nanoTime()}. */
  long end() {
    return end;
  }

  /** From publishing to handling, in milliseconds. */
  double latency(double percentile) {
    return micros.getValueAtPercentile(percentile) / 1e3;
  }
}

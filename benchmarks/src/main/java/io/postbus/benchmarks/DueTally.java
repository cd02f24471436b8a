package io.postbus.benchmarks;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/**
 * What has come in one run, and how late: each message once and none early, or the run has failed.
 * Thread-safe.
 */
final class DueTally implements Consumer<byte[]> {
  private static final int HEAD = 16;

  private final int run;
  private final int messages;
  private final AtomicIntegerArray times;
  private final CountDownLatch left;
  private final AtomicReference<@Nullable String> wrong = new AtomicReference<>();
  private final ConcurrentHistogram lateMillis = new ConcurrentHistogram(3);
  private final LongAccumulator last = new LongAccumulator(Math::max, 0);

  DueTally(int run, int messages) {
    this.run = run;
    this.messages = messages;
    this.times = new AtomicIntegerArray(messages);
    this.left = new CountDownLatch(messages);
  }

  byte[] body(int number, Instant due, int size) {
    return ByteBuffer.allocate(Math.max(HEAD, size))
        .putInt(run)
        .putInt(number)
        .putLong(due.toEpochMilli())
        .array();
  }

  @Override
  public void accept(byte[] body) {
    long now = System.currentTimeMillis();
    ByteBuffer b = ByteBuffer.wrap(body);
    int from = b.getInt();
    int number = b.getInt();
    long late = now - b.getLong();
    if (from != run || number < 0 || number >= messages) {
      fail("message " + number + " of run " + from + " came in run " + run);
    } else if (late < 0) {
      fail("message " + number + " came " + -late + " ms early");
    } else if (times.incrementAndGet(number) > 1) {
      fail("message " + number + " came twice");
    } else {
      lateMillis.recordValue(late);
      last.accumulate(now);
      left.countDown();
    }
  }

  private void fail(String why) {
    wrong.compareAndSet(null, why);
  }

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

  /** When the last one was handled. */
  Instant last() {
    return Instant.ofEpochMilli(last.get());
  }

  /** From the due time to the begin of handling, in milliseconds. */
  double late(double percentile) {
    return lateMillis.getValueAtPercentile(percentile);
  }
}

package io.postbus.cli.publish;

import io.postbus.spi.Rate;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets work begin evenly, so many in a time. After a pause it does not catch up by a burst of more
 * than a tenth of a second's worth. One thread.
 */
final class Pace {
  private static final long CATCH_UP = 100_000_000;

  private final long interval;
  private long next = System.nanoTime();

  /** No pace at all without a rate. */
  Pace(@Nullable Rate rate) {
    this.interval = rate == null ? 0 : rate.interval().toNanos();
  }

  /** Waits for the next one's turn; returns early when the thread is interrupted. */
  void await() {
    if (interval == 0) {
      return;
    }
    long wait = next - System.nanoTime();
    while (wait > 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(wait);
      wait = next - System.nanoTime();
    }
    next = Math.max(next, System.nanoTime() - CATCH_UP) + interval;
  }
}

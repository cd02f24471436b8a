package io.postbus.runtime.dead;

import io.postbus.runtime.time.Timeline;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Rate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Holds a redrive to its rate. One thread. */
final class Pace {
  private static final int UNLIMITED = 500;
  private static final long LOOK_MILLIS = 500;

  /** With a rate, so many portions a second go out: smooth enough, and few timers. */
  private static final int PORTIONS = 20;

  private final Timeline timeline;
  private final Optional<Rate> rate;
  private final BooleanSupplier closed;
  private long next;

  /**
   * @param closed whether the bus has been closed, which ends every wait
   */
  Pace(Timeline timeline, Optional<Rate> rate, BooleanSupplier closed) {
    this.timeline = timeline;
    this.rate = rate;
    this.closed = closed;
    this.next = timeline.nanos();
  }

  /** How many may go together. */
  int portion() {
    return rate.map(r -> (int) Math.min(UNLIMITED, Math.max(1, perSecond(r) / PORTIONS)))
        .orElse(UNLIMITED);
  }

  /**
   * Waits until the next portion may go.
   *
   * @throws ClosedException once the bus has been closed
   */
  void await() throws InterruptedException {
    CountDownLatch due = new CountDownLatch(1);
    long wait = next - timeline.nanos();
    if (wait > 0) {
      Timeline.Timer timer = timeline.schedule(Duration.ofNanos(wait), due::countDown);
      try {
        while (!due.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          check();
        }
      } finally {
        timer.cancel();
      }
    }
    check();
    // What was not used before is not made up for.
    long now = timeline.nanos();
    next = next - now < 0 ? now : next;
  }

  /** So many have gone since the wait. */
  void gone(int n) {
    next += rate.map(r -> r.interval().toNanos() * n).orElse(0L);
  }

  private void check() {
    if (closed.getAsBoolean()) {
      throw new ClosedException("The bus");
    }
  }

  private static long perSecond(Rate r) {
    return Math.max(1, r.permits() * Duration.ofSeconds(1).toNanos() / r.per().toNanos());
  }
}

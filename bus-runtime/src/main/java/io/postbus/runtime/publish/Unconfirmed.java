package io.postbus.runtime.publish;

import io.postbus.spi.PublishException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * How many messages of a connection await their confirmation. The driver's window bounds them and
 * makes the sender wait for as long as the bus's own limit; this keeps a call that has less time
 * from going into that wait. Thread-safe.
 */
final class Unconfirmed {
  private static final long LOOK_NANOS = Duration.ofMillis(1).toNanos();

  private final LongAdder count = new LongAdder();
  private final int window;

  Unconfirmed(int window) {
    this.window = window;
  }

  void sent() {
    count.increment();
  }

  void ended() {
    count.decrement();
  }

  /**
   * Waits until the window has room.
   *
   * @throws PublishException if it stays full
   */
  void awaitRoom(Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    while (count.sum() >= window) {
      if (Thread.currentThread().isInterrupted()) {
        throw PublishException.unknown("Interrupted while waiting for room in the window", null);
      }
      if (System.nanoTime() - until >= 0) {
        throw PublishException.rejected(
            "%d messages have awaited their confirmation for the whole limit of %s"
                .formatted(window, limit),
            null);
      }
      LockSupport.parkNanos(this, LOOK_NANOS);
    }
  }
}

package io.postbus.testbrokers;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One direction of the network: what happens to all bytes that go this way. Changed and asked by
 * the proxy's thread alone, but for {@link #bytes()}.
 */
final class Line {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** A limited line passes on what is due in slices of this time, so that connections share it. */
  private static final long SLICES_PER_SECOND = 50;

  private boolean stalled;
  private long latency;
  private long bytesPerSecond;
  private long freeAt;
  private final AtomicLong bytes = new AtomicLong();

  void stall() {
    stalled = true;
  }

  void delay(Duration time) {
    latency = time.toNanos();
  }

  void limit(long rate) {
    bytesPerSecond = rate;
    freeAt = System.nanoTime();
  }

  void resume() {
    stalled = false;
    latency = 0;
    bytesPerSecond = 0;
  }

  boolean stalled() {
    return stalled;
  }

  /** When something that was read now may be written. */
  long due(long now) {
    return now + latency;
  }

  /** How many nanoseconds from now the line is free for more. */
  long busyFor(long now) {
    return bytesPerSecond == 0 ? 0 : Math.max(0, freeAt - now);
  }

  /** How much may be written at once. */
  int slice() {
    return bytesPerSecond == 0
        ? Integer.MAX_VALUE
        : (int) Math.min(Integer.MAX_VALUE, Math.max(1, bytesPerSecond / SLICES_PER_SECOND));
  }

  void passed(int count, long now) {
    bytes.addAndGet(count);
    if (bytesPerSecond > 0) {
      freeAt = Math.max(now, freeAt) + count * SECOND / bytesPerSecond;
    }
  }

  long bytes() {
    return bytes.get();
  }
}

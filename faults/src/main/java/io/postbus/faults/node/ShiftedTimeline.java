package io.postbus.faults.node;

import io.postbus.runtime.time.RealTimeline;
import io.postbus.runtime.time.Timeline;
import java.time.Duration;
import java.time.Instant;

/** Real time on a machine whose wall clock is wrong. Thread-safe. */
final class ShiftedTimeline implements Timeline, AutoCloseable {
  private final RealTimeline real = new RealTimeline("postbus-timer");
  private final Duration off;

  ShiftedTimeline(Duration off) {
    this.off = off;
  }

  @Override
  public Instant instant() {
    return real.instant().plus(off);
  }

  @Override
  public long nanos() {
    return real.nanos();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return real.schedule(delay, task);
  }

  @Override
  public void close() {
    real.close();
  }
}

package io.postbus.runtime.consume;

import io.postbus.runtime.time.Timeline;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The last look at a job before a handler gets it. Thread-safe. */
final class Beginning {
  private final Timeline timeline;
  private final long timeoutNanos;
  private final Settling settling;
  private final Deadlines deadlines;

  Beginning(Timeline timeline, Duration timeout, Settling settling, Deadlines deadlines) {
    this.timeline = timeline;
    this.timeoutNanos = timeout.toNanos();
    this.settling = settling;
    this.deadlines = deadlines;
  }

  /**
   * Whether a handler may have it now. If not, somebody has seen to it.
   *
   * @param by the worker that is interrupted at its deadline, or null
   */
  boolean begin(Job job, @Nullable Worker by) {
    Instant expiry = job.message().expiry();
    if (expiry != null && !timeline.instant().isBefore(expiry)) {
      if (job.drop()) {
        settling.expired(job);
      }
      return false;
    }
    long now = timeline.nanos();
    if (!job.begin(now, now + timeoutNanos, by)) {
      return false;
    }
    if (job.refusal() != null) {
      job.retry(job.refusal());
      job.leave(now);
      return false;
    }
    deadlines.watch();
    return true;
  }
}

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
    return begin(job, by, timeline.nanos());
  }

  /**
   * The same for one of those that begin together, and so have one deadline.
   *
   * @param now when that is, on the timeline
   */
  boolean begin(Job job, @Nullable Worker by, long now) {
    Instant expiry = job.message().expiry();
    if (expiry != null && !timeline.instant().isBefore(expiry)) {
      if (job.drop()) {
        settling.expired(job);
      }
      return false;
    }
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

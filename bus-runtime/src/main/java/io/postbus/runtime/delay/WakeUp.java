package io.postbus.runtime.delay;

import io.postbus.runtime.time.Timeline;
import io.postbus.runtime.time.Timeline.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One timer that is only ever set earlier; it runs its task when it goes off. Thread-safe. */
final class WakeUp {
  private final Timeline timeline;
  private final Runnable task;
  private @Nullable Timer timer;
  private long at;

  WakeUp(Timeline timeline, Runnable task) {
    this.timeline = timeline;
    this.task = task;
  }

  /** Goes off at this time of the timeline's nanoseconds, unless it goes off earlier anyway. */
  synchronized void at(long nanos) {
    if (timer != null) {
      if (at - nanos <= 0) {
        return;
      }
      timer.cancel();
    }
    at = nanos;
    timer = timeline.schedule(Duration.ofNanos(nanos - timeline.nanos()), this::ring);
  }

  synchronized void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void ring() {
    synchronized (this) {
      timer = null;
    }
    task.run();
  }
}

package io.postbus.runtime.consume;

import io.postbus.runtime.consume.Remembered.Past;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Failure;
import java.time.Duration;

/** What becomes of a failed delivery before and after it is written to its next place. */
final class Crossing {
  private final Timeline timeline;
  private final Observer observer;
  private final HoldLimit hold;
  private final Exit exit;

  Crossing(ConsumeContext context, HoldLimit hold, Exit exit) {
    this.timeline = context.timeline();
    this.observer = context.observer();
    this.hold = hold;
    this.exit = exit;
  }

  /** Whether it is still to be written. What has been in hand too long goes back to the group. */
  boolean still(Onward onward) {
    Job job = onward.job();
    if (job.gone()) {
      observer.stale(job.message());
      exit.over(job);
      return false;
    }
    long now = timeline.nanos();
    if (now - job.arrival().atNanos() > hold.nanos()) {
      exit.remember(job, new Past(onward.attempt(), onward.failure(), onward.dueNanos(), 0));
      exit.giveBack(job);
      return false;
    }
    return true;
  }

  /** It is where it should be: now the broker may forget it. */
  void done(Onward onward) {
    Job job = onward.job();
    exit.acknowledge(job);
    if (onward.isTakenOver()) {
      exit.fulfil(job);
    }
    exit.over(job);
    if (onward.isSuperseded()) {
      observer.superseded(job.message());
      return;
    }
    Failure failure = onward.failure();
    if (onward.isDead() && failure != null) {
      observer.deadLettered(job.message(), failure);
    } else if (onward.attempt() > job.attempt()) {
      observer.retried(
          job.message(), Duration.ofNanos(Math.max(0, onward.dueNanos() - timeline.nanos())));
    }
  }
}

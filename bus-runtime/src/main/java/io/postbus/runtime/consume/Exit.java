package io.postbus.runtime.consume;

import io.postbus.runtime.consume.Remembered.Past;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Settlement;

/** The ways out of this member: acknowledged, or back to the group. Thread-safe. */
final class Exit {
  private final InFlight inFlight;
  private final Lanes lanes;
  private final Remembered remembered;
  private final Observer observer;

  Exit(InFlight inFlight, Lanes lanes, Remembered remembered, Observer observer) {
    this.inFlight = inFlight;
    this.lanes = lanes;
    this.remembered = remembered;
    this.observer = observer;
  }

  /** Acknowledges to the broker; false if it has taken the delivery back. */
  boolean acknowledge(Job job) {
    if (settle(job, Settlement.ACK)) {
      return true;
    }
    observer.stale(job.message());
    return false;
  }

  /** Gives it back, uncounted. */
  void release(Job job) {
    remember(job);
    settle(job, Settlement.RELEASE);
    over(job);
  }

  /** Keeps what is known of its past, for the case that it comes here again. */
  void remember(Job job) {
    if (job.failure() != null || job.releases() > 0) {
      remember(job, new Past(job.attempt(), job.failure(), job.dueNanos(), job.releases()));
    }
  }

  void remember(Job job, Past past) {
    remembered.put(job.message().id(), past);
  }

  /** It is not in hand any more; what waits behind it may come. */
  void over(Job job) {
    inFlight.remove(job);
    lanes.done(job);
  }

  boolean settle(Job job, Settlement how) {
    try {
      return job.arrival().consumer().settle(job.arrival().received(), how);
    } catch (ClosedException closed) {
      return false;
    }
  }
}

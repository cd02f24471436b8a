package io.postbus.runtime.consume;

import io.postbus.runtime.consume.Remembered.Past;
import io.postbus.runtime.publish.Ticket;
import io.postbus.spi.Settlement;

/** The ways out of this member: acknowledged, or back to the group. Thread-safe. */
final class Exit {
  private final String group;
  private final boolean ordered;
  private final Waiting waiting;
  private final InFlight inFlight;
  private final Lanes lanes;
  private final Remembered remembered;
  private final Observer observer;

  Exit(
      String group,
      boolean ordered,
      ConsumeContext context,
      InFlight inFlight,
      Lanes lanes,
      Remembered remembered) {
    this.group = group;
    this.ordered = ordered;
    this.waiting = context.waiting();
    this.inFlight = inFlight;
    this.lanes = lanes;
    this.remembered = remembered;
    this.observer = context.observer();
  }

  /** Acknowledges to the broker; false if it has taken the delivery back. */
  boolean acknowledge(Job job) {
    if (settle(job, Settlement.ACK)) {
      return true;
    }
    observer.stale(job.message());
    return false;
  }

  /**
   * The group is done with it: acknowledges to the broker, and ends its guarantee if it has one.
   */
  boolean finish(Job job) {
    boolean taken = acknowledge(job);
    fulfil(job);
    return taken;
  }

  /** Ends its guarantee, if it has one. */
  void fulfil(Job job) {
    Ticket ticket = job.arrival().ticket();
    if (ticket != null) {
      waiting.acknowledged(
          job.arrival().forward(), ticket, group, () -> observer.late(job.message()));
    }
  }

  /** Gives it back, uncounted. */
  void release(Job job) {
    remember(job);
    giveBack(job);
  }

  /**
   * Back to the group. One that is under suspicion goes when its mark has been taken away, or
   * whoever gets it would take that for a sign that this process died; not where there is an order,
   * in which it has to be back at its old place at once, and comes here again.
   */
  void giveBack(Job job) {
    if (ordered || !job.returnMarked()) {
      settle(job, Settlement.RELEASE);
    }
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
    return job.arrival().settle(how);
  }
}

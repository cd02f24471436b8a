package io.postbus.runtime.consume;

import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Gives deliveries back to their group. Where it has an order, what waits behind one goes with it,
 * between two polls, so that nothing of the key is on its way meanwhile. Any thread asks; only the
 * polling thread gives.
 */
final class GivingBack {
  /** What waits longer than this for its retry leaves a member that stops, its attempts kept. */
  private static final long LONG_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long OFTEN_NANOS = Duration.ofSeconds(1).toNanos();

  private final Queue<Job> asked = new ConcurrentLinkedQueue<>();
  private final boolean ordered;
  private final Timeline timeline;
  private final InFlight inFlight;
  private final Lanes lanes;
  private final HoldLimit hold;
  private final Exit exit;
  private final HandingOn handingOn;
  private final Runnable wake;

  /** Dropped, but the broker's again only when this member leaves. */
  private final List<Job> kept = new ArrayList<>();

  /**
   * For one member.
   *
   * @param wake ends the wait of the polling thread
   */
  GivingBack(
      boolean ordered,
      Timeline timeline,
      InFlight inFlight,
      Lanes lanes,
      HoldLimit hold,
      Exit exit,
      HandingOn handingOn,
      Runnable wake) {
    this.ordered = ordered;
    this.timeline = timeline;
    this.inFlight = inFlight;
    this.lanes = lanes;
    this.hold = hold;
    this.exit = exit;
    this.handingOn = handingOn;
    this.wake = wake;
  }

  /** Asks for it to be given back; no handler has it. */
  void ask(Job job) {
    if (ordered) {
      timeline.pending().enter();
      asked.add(job);
      wake.run();
    } else {
      exit.release(job);
    }
  }

  /** Gives back what has been asked for. */
  void asked() {
    for (Job job = asked.poll(); job != null; job = asked.poll()) {
      List<Job> tail = lanes.tail(job);
      job.drop();
      exit.release(job);
      for (Job behind : tail) {
        if (behind != job && behind.drop()) {
          exit.release(behind);
        }
      }
      timeline.pending().leave();
    }
  }

  /** How often to look for what is {@link #old}, in ns; seldom enough to cost nothing. */
  long interval() {
    return Math.min(OFTEN_NANOS, hold.nanos() / 16);
  }

  /** Gives back what has been in hand for too long without being begun. */
  void old() {
    if (!hold.exists()) {
      return;
    }
    // The followers of a key may wait for the whole of its schedule.
    long oldest = timeline.nanos() - (ordered ? hold.nanos() : hold.nanos() / 2);
    inFlight.forEach(
        job -> {
          if (job.queued() && !job.resting() && job.arrival().atNanos() < oldest) {
            if (ordered) {
              ask(job);
            } else if (job.drop()) {
              exit.release(job);
            }
          }
        });
  }

  /**
   * Gives back so many of those that would be handled last. Only without an order.
   *
   * @return how many it found
   */
  int last(int many) {
    List<Job> queued = new ArrayList<>();
    inFlight.forEach(
        job -> {
          if (job.queued() && !job.resting()) {
            queued.add(job);
          }
        });
    queued.sort(Comparator.comparingLong((Job job) -> job.arrival().sequence()).reversed());
    int given = 0;
    for (Job job : queued) {
      if (given < many && job.drop()) {
        exit.release(job);
        given++;
      }
    }
    return given;
  }

  /**
   * Gives back what no handler has ever had. Only without an order.
   *
   * @return how many it found
   */
  int untried() {
    int[] given = new int[1];
    inFlight.forEach(
        job -> {
          if (job.failure() == null && !job.resting() && job.drop()) {
            exit.release(job);
            given[0]++;
          }
        });
    return given[0];
  }

  /** Gives back all that no handler has begun, as this member is to stop. */
  void unbegun() {
    List<Job> dropped = new ArrayList<>();
    inFlight.forEach(
        job -> {
          if (job.queued() && job.drop()) {
            dropped.add(job);
          }
        });
    // Only now: a lane lets out the next one, which must have been dropped, too.
    dropped.forEach(this::stop);
  }

  /** This member goes on: what it dropped in order is to come again. */
  void kept() {
    kept.sort(Comparator.comparingLong(job -> job.arrival().sequence()));
    kept.forEach(job -> exit.settle(job, Settlement.RELEASE));
    kept.clear();
  }

  /** This member has left: all that it had went back by that. */
  void left() {
    asked();
    kept.clear();
  }

  private void stop(Job job) {
    long wait = job.dueNanos() - timeline.nanos();
    if (ordered) {
      exit.remember(job);
      exit.over(job);
      kept.add(job);
    } else if (job.dueNanos() != 0 && wait > LONG_NANOS) {
      handingOn.add(Onward.notYet(job, job.dueNanos()));
    } else {
      exit.release(job);
    }
  }
}

package io.postbus.runtime.consume;

import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets go of deliveries that the broker has taken back: what is queued vanishes, what a handler has
 * may end, in vain. Thread-safe.
 */
final class Revocation {
  private static final long LOOK_NANOS = Duration.ofMillis(1).toNanos();

  private final InFlight inFlight;
  private final Lanes lanes;
  private final Deadlines deadlines;

  /** Taken back since the last poll began, in case that poll brings them here yet. */
  private final Set<Received> sincePoll =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

  Revocation(InFlight inFlight, Lanes lanes, Deadlines deadlines) {
    this.inFlight = inFlight;
    this.lanes = lanes;
    this.deadlines = deadlines;
  }

  /** These are gone once the time to drain is over, and may still be settled before. */
  void revoke(Collection<Received> gone, Duration drain) {
    Set<Received> which = Collections.newSetFromMap(new IdentityHashMap<>());
    which.addAll(gone);
    // First, so that those on their way are found here or in flight.
    sincePoll.addAll(gone);
    List<Job> jobs = jobs();
    jobs.removeIf(job -> !which.contains(job.arrival().received()));
    boolean drains = drain.compareTo(Duration.ZERO) > 0;
    List<Job> begun = drop(jobs);
    if (drains) {
      jobs.removeAll(begun);
      // Or a driver that waits for what is out would wait for these.
      jobs.forEach(job -> job.arrival().settle(Settlement.RELEASE));
      await(begun, System.nanoTime() + drain.toNanos());
    }
    begun.forEach(this::revoke);
  }

  /** A poll begins: what the last one brought is in flight. Only the polling thread. */
  void polling() {
    sincePoll.clear();
  }

  /**
   * Whether it was taken back on its way from the driver; it then is in flight no more, and must
   * not go into a lane. Only the polling thread, once it is in flight.
   */
  boolean overtook(Job job) {
    // Mostly it is empty, and what it would look up by is slow to compute.
    if (sincePoll.isEmpty() || !sincePoll.contains(job.arrival().received())) {
      return false;
    }
    if (job.drop()) {
      inFlight.remove(job);
      job.revoke();
      job.arrival().settle(Settlement.RELEASE);
    }
    return true;
  }

  /** They have gone into their lanes: what was dropped before that has to come out again. */
  void laned(List<Job> jobs) {
    for (Job job : jobs) {
      if (job.gone()) {
        lanes.done(job);
      }
    }
  }

  /** Everything is gone. */
  void revokeAll() {
    drop(jobs()).forEach(this::revoke);
  }

  /** Nothing is waited for any more: what a handler still has is interrupted. */
  void giveUp() {
    for (Job job : drop(jobs())) {
      revoke(job);
      Worker worker = job.worker();
      if (worker != null) {
        worker.interrupt(job);
      }
    }
  }

  private List<Job> jobs() {
    List<Job> jobs = new ArrayList<>();
    inFlight.forEach(jobs::add);
    return jobs;
  }

  /**
   * Drops what is queued and returns the rest. First all is dropped and then taken out of the
   * lanes, which would otherwise let out one behind another that has to come again before it.
   */
  private List<Job> drop(List<Job> jobs) {
    List<Job> dropped = new ArrayList<>();
    List<Job> begun = new ArrayList<>();
    for (Job job : jobs) {
      (job.drop() ? dropped : begun).add(job);
    }
    for (Job job : dropped) {
      inFlight.remove(job);
      job.revoke();
      lanes.done(job);
    }
    return begun;
  }

  private void revoke(Job job) {
    if (inFlight.remove(job)) {
      job.revoke();
      deadlines.outlived(job);
      return;
    }
    Job next = inFlight.at(job.slot);
    if (next != null && next.arrival().received() == job.arrival().received()) {
      drop(List.of(next)).forEach(this::revoke);
    }
  }

  /** Waits until no handler has any of them, or for the limit. */
  private void await(List<Job> jobs, long until) {
    while (until - System.nanoTime() > 0
        && !Thread.currentThread().isInterrupted()
        && jobs.stream().anyMatch(Job::running)) {
      LockSupport.parkNanos(this, LOOK_NANOS);
    }
  }
}

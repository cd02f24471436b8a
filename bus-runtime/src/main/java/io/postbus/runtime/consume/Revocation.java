package io.postbus.runtime.consume;

import io.postbus.spi.Received;
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

  Revocation(InFlight inFlight, Lanes lanes) {
    this.inFlight = inFlight;
    this.lanes = lanes;
  }

  /** These are gone once the time to drain is over, and may still be settled before. */
  void revoke(Collection<Received> gone, Duration drain) {
    List<Job> jobs = jobs(gone);
    jobs.removeIf(this::drop);
    if (drain.compareTo(Duration.ZERO) > 0) {
      await(jobs, System.nanoTime() + drain.toNanos());
    }
    jobs.forEach(this::revoke);
  }

  /** Everything is gone. */
  void revokeAll() {
    inFlight.forEach(
        job -> {
          if (!drop(job)) {
            revoke(job);
          }
        });
  }

  /** Nothing is waited for any more: what a handler still has is interrupted. */
  void giveUp() {
    inFlight.forEach(
        job -> {
          Worker worker = job.worker();
          if (!drop(job)) {
            revoke(job);
            if (worker != null) {
              worker.interrupt(job);
            }
          }
        });
  }

  private List<Job> jobs(Collection<Received> gone) {
    Set<Received> which = Collections.newSetFromMap(new IdentityHashMap<>());
    which.addAll(gone);
    List<Job> jobs = new ArrayList<>();
    inFlight.forEach(
        job -> {
          if (which.contains(job.arrival().received())) {
            jobs.add(job);
          }
        });
    return jobs;
  }

  private boolean drop(Job job) {
    if (!job.drop()) {
      return false;
    }
    inFlight.remove(job);
    job.revoke();
    lanes.done(job);
    return true;
  }

  private void revoke(Job job) {
    if (inFlight.remove(job)) {
      job.revoke();
      return;
    }
    Job next = inFlight.at(job.slot);
    if (next != null && next.arrival().received() == job.arrival().received() && !drop(next)) {
      revoke(next);
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

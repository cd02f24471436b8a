package io.postbus.runtime.consume;

import io.postbus.runtime.time.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what is unsettled at its deadline: the attempt has failed and its handler is interrupted.
 * One timer for the whole subscription, set for the earliest deadline, so that a handler which is
 * quick costs none. Thread-safe.
 */
final class Deadlines {
  private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

  /**
   * How long an interrupted handler has for coming back, before its worker is given up: the timeout
   * once more, or this.
   */
  private static final Duration MOST_MERCY = Duration.ofSeconds(5);

  private final InFlight inFlight;
  private final Timeline timeline;
  private final Duration timeout;
  private final Duration mercy;
  private final AtomicBoolean armed = new AtomicBoolean();

  Deadlines(InFlight inFlight, Timeline timeline, Duration timeout) {
    this.inFlight = inFlight;
    this.timeline = timeline;
    this.timeout = timeout;
    this.mercy = timeout.compareTo(MOST_MERCY) < 0 ? timeout : MOST_MERCY;
  }

  /** A job has begun. */
  void watch() {
    if (!armed.get() && armed.compareAndSet(false, true)) {
      timeline.schedule(timeout, this::look);
    }
  }

  /** A job that is not in flight any more has a handler yet, which must not stay for ever. */
  void outlived(Job job) {
    if (job.running()) {
      long left = Math.max(0, job.deadlineNanos() - timeline.nanos());
      timeline.schedule(Duration.ofNanos(left), () -> interrupt(job));
    }
  }

  private void look() {
    armed.set(false);
    long now = timeline.nanos();
    long earliest = Long.MAX_VALUE;
    List<Job> expired = new ArrayList<>();
    List<Job> open = new ArrayList<>();
    inFlight.forEach(open::add);
    open.removeIf(job -> !job.open());
    for (Job job : open) {
      long left = job.deadlineNanos() - now;
      if (left > 0) {
        earliest = Math.min(earliest, left);
      } else if (job.decide(new Verdict.TimedOut(cause(job)))) {
        expired.add(job);
      }
    }
    // Only now: an interrupt ends the work on a whole batch.
    expired.forEach(this::interrupt);
    if (earliest != Long.MAX_VALUE && armed.compareAndSet(false, true)) {
      timeline.schedule(Duration.ofNanos(earliest), this::look);
    }
  }

  private TimeoutException cause(Job job) {
    TimeoutException cause = new TimeoutException("Not settled within " + timeout);
    Worker worker = job.worker();
    if (worker != null && job.running()) {
      cause.setStackTrace(worker.stack());
    }
    return cause;
  }

  private void interrupt(Job job) {
    Worker worker = job.worker();
    if (worker != null && job.running()) {
      worker.interrupt(job);
      timeline.schedule(mercy, () -> abandon(job, worker));
    }
  }

  private static void abandon(Job job, Worker worker) {
    if (job.running() && worker.giveUp(job) && job.abandon()) {
      LOG.error("The handler of {} ignores its interrupt; its thread {} is given up", job, worker);
    }
  }
}

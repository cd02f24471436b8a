package io.postbus.runtime.consume;

import io.postbus.runtime.time.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Lets jobs through when they are due; until then they rest. Thread-safe. */
final class DueGate implements Lanes.Sink {
  private final Lanes.Sink next;
  private final InFlight inFlight;
  private final Timeline timeline;
  private volatile Consumer<Job> notYet = job -> {};

  DueGate(Lanes.Sink next, InFlight inFlight, Timeline timeline) {
    this.next = next;
    this.inFlight = inFlight;
    this.timeline = timeline;
  }

  /** What takes those that have been held as long as may be and are still not due. */
  void notYetTo(Consumer<Job> elsewhere) {
    notYet = elsewhere;
  }

  @Override
  public void accept(Job job) {
    if (job.dueNanos() == 0) {
      next.accept(job);
    } else {
      hold(job);
    }
  }

  @Override
  public void accept(List<Job> jobs) {
    for (Job job : jobs) {
      if (job.dueNanos() != 0) {
        jobs.forEach(this::accept);
        return;
      }
    }
    next.accept(jobs);
  }

  @Override
  public boolean join(Job before, Job job) {
    return job.dueNanos() == 0 && next.join(before, job);
  }

  private void hold(Job job) {
    long left = job.dueNanos() - timeline.nanos();
    if (left <= 0) {
      release(job);
      return;
    }
    inFlight.rest(job);
    job.timer(timeline.schedule(Duration.ofNanos(left), () -> release(job)));
  }

  private void release(Job job) {
    inFlight.unrest(job);
    if (job.dueLater() != 0) {
      notYet.accept(job);
    } else if (job.queued()) {
      next.accept(job);
    }
  }
}

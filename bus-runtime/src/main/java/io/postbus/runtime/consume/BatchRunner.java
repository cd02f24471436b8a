package io.postbus.runtime.consume;

import io.postbus.BatchHandler;
import io.postbus.Delivery;
import io.postbus.runtime.consume.Verdict.Plain;
import io.postbus.runtime.time.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the handler for a batch at a time. After a throw those of its jobs that are unsettled are
 * repeated one by one; the throw of a batch of one is a failed attempt. Thread-safe.
 */
final class BatchRunner implements BiConsumer<Batch, Worker> {
  private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

  private final Beginning beginning;
  private final BatchHandler handler;
  private final boolean manual;
  private final @Nullable Throttle<Batch> throttle;
  private final Circuit circuit;
  private final Consumer<Batch> again;
  private final Timeline timeline;
  private final LogContext log;
  private final Settling settling;

  BatchRunner(
      Beginning beginning,
      BatchHandler handler,
      boolean manual,
      @Nullable Throttle<Batch> throttle,
      Circuit circuit,
      Consumer<Batch> again,
      Timeline timeline,
      LogContext log,
      Settling settling) {
    this.beginning = beginning;
    this.handler = handler;
    this.manual = manual;
    this.throttle = throttle;
    this.circuit = circuit;
    this.again = again;
    this.timeline = timeline;
    this.log = log;
    this.settling = settling;
  }

  @Override
  public void accept(Batch batch, Worker worker) {
    if (throttle != null && !throttle.admits(batch)) {
      return;
    }
    List<Job> begun = new ArrayList<>(batch.size());
    long now = timeline.nanos();
    for (Job job : batch.jobs()) {
      if (admits(job) && beginning.begin(job, worker, now)) {
        begun.add(job);
      }
    }
    if (!begun.isEmpty()) {
      log.enter(begun);
      run(begun, worker);
      log.leave();
    }
  }

  /** What the open circuit keeps comes again alone. */
  private boolean admits(Job job) {
    return !circuit.isOpen() || circuit.admits(job, () -> again.accept(Batch.of(job)));
  }

  private void run(List<Job> jobs, Worker worker) {
    List<Job> repeated = List.of();
    try {
      handler.handle(List.<Delivery>copyOf(jobs));
      if (!manual) {
        jobs.forEach(job -> job.decide(Plain.ACK));
      }
    } catch (Throwable e) {
      repeated = threw(jobs, e);
    }
    long now = timeline.nanos();
    worker.took(now - jobs.get(0).beganNanos());
    for (Job job : jobs) {
      job.leave(now);
    }
    settling.repeat(repeated);
  }

  private List<Job> threw(List<Job> jobs, Throwable e) {
    if (jobs.size() == 1) {
      jobs.get(0).retry(e);
      return List.of();
    }
    LOG.debug("A batch of {} failed, its items are repeated one by one", jobs.size(), e);
    return jobs.stream().filter(job -> job.decide(Plain.REPEATED)).toList();
  }
}

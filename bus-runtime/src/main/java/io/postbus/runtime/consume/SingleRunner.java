package io.postbus.runtime.consume;

import io.postbus.Handler;
import io.postbus.runtime.consume.Verdict.Plain;
import io.postbus.runtime.time.Timeline;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the handler for one job at a time. Thread-safe. */
final class SingleRunner implements BiConsumer<Job, Worker> {
  private static final Logger LOG = LoggerFactory.getLogger(SingleRunner.class);

  private final Beginning beginning;
  private final Handler handler;
  private final boolean manual;
  private final @Nullable Throttle<Job> throttle;
  private final Circuit circuit;
  private final Consumer<Job> again;
  private final Timeline timeline;
  private final LogContext log;

  SingleRunner(
      Beginning beginning,
      Handler handler,
      boolean manual,
      @Nullable Throttle<Job> throttle,
      Circuit circuit,
      Consumer<Job> again,
      Timeline timeline,
      LogContext log) {
    this.beginning = beginning;
    this.handler = handler;
    this.manual = manual;
    this.throttle = throttle;
    this.circuit = circuit;
    this.again = again;
    this.timeline = timeline;
    this.log = log;
  }

  @Override
  public void accept(Job job, Worker worker) {
    if ((throttle == null || throttle.admits(job))
        && (!circuit.isOpen() || circuit.admits(job, () -> again.accept(job)))
        && beginning.begin(job, worker)) {
      log.enter(job);
      run(job, worker);
      log.leave();
    }
  }

  private void run(Job job, Worker worker) {
    try {
      handler.handle(job);
      if (!manual) {
        job.decide(Plain.ACK);
      }
    } catch (Throwable e) {
      if (!job.retry(e)) {
        tooLate(job, e);
      }
    }
    worker.comes();
    long now = timeline.nanos();
    worker.took(now - job.beganNanos());
    job.leave(now);
  }

  private static void tooLate(Job job, Throwable e) {
    if (job.verdict() instanceof Verdict.TimedOut || job.gone()) {
      LOG.debug("The handler of {} threw after it was taken from it", job, e);
    } else {
      LOG.warn("The handler of {} threw after it had settled it", job, e);
    }
  }
}

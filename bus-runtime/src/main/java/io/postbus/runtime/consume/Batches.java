package io.postbus.runtime.consume;

import io.postbus.Subscription;
import io.postbus.runtime.time.Timeline;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers jobs into batches: one is full, or its first job has waited for the linger. Thread-safe.
 */
final class Batches implements Lanes.Sink {
  private final Subscription.Batch rule;
  private final Timeline timeline;
  private final Consumer<Batch> full;
  private @Nullable Batch open;

  /**
   * Batches by this rule.
   *
   * @param full takes those that are ready to be handled
   */
  Batches(Subscription.Batch rule, Timeline timeline, Consumer<Batch> full) {
    this.rule = rule;
    this.timeline = timeline;
    this.full = full;
  }

  @Override
  public void accept(Job job) {
    if (job.solo) {
      full.accept(Batch.of(job));
    } else {
      add(job);
    }
  }

  @Override
  public void accept(List<Job> jobs) {
    jobs.forEach(this::accept);
  }

  @Override
  public synchronized boolean join(Job before, Job job) {
    if (open == null || before.batch != open || job.solo) {
      return false;
    }
    add(job);
    return true;
  }

  private synchronized void add(Job job) {
    Batch batch = open;
    if (batch == null) {
      batch = new Batch();
      open = batch;
      if (rule.size() > 1) {
        linger(batch);
      }
    }
    batch.add(job);
    if (batch.size() >= rule.size()) {
      close(batch);
    }
  }

  private void linger(Batch batch) {
    timeline.schedule(rule.linger(), () -> close(batch));
  }

  private synchronized void close(Batch batch) {
    if (open == batch) {
      open = null;
      full.accept(batch);
    }
  }
}

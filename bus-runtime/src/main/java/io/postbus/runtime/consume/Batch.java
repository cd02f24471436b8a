package io.postbus.runtime.consume;

import java.util.ArrayList;
import java.util.List;

/** Jobs that are handled together. Guarded by its {@link Batches} until it is closed. */
final class Batch {
  private final List<Job> jobs = new ArrayList<>();

  static Batch of(Job job) {
    Batch batch = new Batch();
    batch.add(job);
    return batch;
  }

  void add(Job job) {
    job.batch = this;
    jobs.add(job);
  }

  int size() {
    return jobs.size();
  }

  List<Job> jobs() {
    return jobs;
  }
}

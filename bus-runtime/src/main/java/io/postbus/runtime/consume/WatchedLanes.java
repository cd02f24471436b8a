package io.postbus.runtime.consume;

import java.util.List;
import java.util.function.Consumer;

/**
 * Lanes that tell whose deliveries are over. Thread-safe as they are.
 *
 * @param over is told after the lanes
 */
record WatchedLanes(Lanes lanes, Consumer<Job> over) implements Lanes {
  @Override
  public void add(List<Job> arrived) {
    lanes.add(arrived);
  }

  @Override
  public void done(Job job) {
    lanes.done(job);
    over.accept(job);
  }

  @Override
  public void replace(Job before, Job next) {
    lanes.replace(before, next);
  }

  @Override
  public void repeat(List<Job> jobs) {
    lanes.repeat(jobs);
  }

  @Override
  public List<Job> tail(Job job) {
    return lanes.tail(job);
  }
}

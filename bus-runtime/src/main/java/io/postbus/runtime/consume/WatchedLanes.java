package io.postbus.runtime.consume;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lanes that tell whose deliveries are over. Thread-safe as they are.
 *
 * @param over is told after the lanes
 * @param followed is told of an attempt that has ended and is followed by another
 */
record WatchedLanes(Lanes lanes, Consumer<Job> over, Consumer<Job> followed) implements Lanes {
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
    followed.accept(before);
  }

  @Override
  public void repeat(List<Job> jobs) {
    lanes.repeat(jobs);
  }

  @Override
  public List<Job> tail(Job job) {
    return lanes.tail(job);
  }

  @Override
  public @Nullable Job behind(Job job) {
    return lanes.behind(job);
  }

  @Override
  public void letOut(Job behind, Job first) {
    lanes.letOut(behind, first);
  }

  @Override
  public void back(Job job) {
    lanes.back(job);
  }
}

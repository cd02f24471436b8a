package io.postbus.runtime.consume;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where jobs wait until their order lets them be handled. What may be handled goes to the sink, by
 * whatever thread made it possible. Thread-safe.
 */
interface Lanes {
  /** New jobs, in the order in which the driver delivered them. */
  void add(List<Job> arrived);

  /** The job is over, or was dropped: what waits behind it may come out. */
  void done(Job job);

  /** The next attempt takes its place, out as it was. */
  void replace(Job before, Job next);

  /** These came out, and are to come out again one by one. */
  void repeat(List<Job> jobs);

  /** Takes out the job and all that waits behind it, in order. */
  List<Job> tail(Job job);

  /** What waits right behind this job, which is the only one of its lane that is out; or null. */
  default @Nullable Job behind(Job job) {
    return null;
  }

  /** Lets this one out beside the one that it waits right behind, unless that has changed. */
  default void letOut(Job behind, Job first) {}

  /** It waits again behind the one that it was let out beside. */
  default void back(Job job) {}

  /** Where jobs come out. */
  interface Sink {
    void accept(Job job);

    void accept(List<Job> jobs);

    /**
     * Adds the job to the batch in which the one before it in its lane is.
     *
     * @return false if that is in no batch, or the batch is closed
     */
    default boolean join(Job before, Job job) {
      return false;
    }
  }

  /** Straight to the workers. */
  static Sink to(Ready<Job> ready) {
    return new Sink() {
      @Override
      public void accept(Job job) {
        ready.add(job);
      }

      @Override
      public void accept(List<Job> jobs) {
        ready.addAll(jobs);
      }
    };
  }

  /** Straight to whoever takes them. */
  static Sink to(Consumer<Job> taker) {
    return new Sink() {
      @Override
      public void accept(Job job) {
        taker.accept(job);
      }

      @Override
      public void accept(List<Job> jobs) {
        jobs.forEach(taker);
      }
    };
  }

  /** No order: everything comes out at once. */
  static Lanes unordered(Sink sink) {
    return new Lanes() {
      @Override
      public void add(List<Job> arrived) {
        sink.accept(arrived);
      }

      @Override
      public void done(Job job) {}

      @Override
      public void replace(Job before, Job next) {}

      @Override
      public void repeat(List<Job> jobs) {
        sink.accept(jobs);
      }

      @Override
      public List<Job> tail(Job job) {
        return List.of(job);
      }
    };
  }
}

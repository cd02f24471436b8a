package io.postbus.runtime.consume;

import io.postbus.runtime.time.Timeline;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows once a handler is done with a delivery: in an idempotent group it is marked as
 * completed, and only then acknowledged. Thread-safe.
 */
final class Completion {
  private final String group;
  private final ConsumeContext context;
  private final Marking marking;
  private final Exit exit;
  private final @Nullable StoreCalls marks;

  /**
   * @param marked whether what is completed is marked before it is acknowledged
   */
  Completion(String group, ConsumeContext context, Marking marking, boolean marked, Exit exit) {
    this.group = group;
    this.context = context;
    this.marking = marking;
    this.exit = exit;
    Timeline timeline = context.timeline();
    this.marks =
        marked ? new StoreCalls(group, "Marking what is completed", timeline, this::mark) : null;
  }

  /** Why nothing can be marked at the moment, or null. */
  @Nullable String trouble() {
    return marks == null ? null : marks.trouble();
  }

  /** The member has left: what is not marked is the broker's. */
  void close() {
    if (marks != null) {
      marks.close(exit::over);
    }
  }

  /** It is to be acknowledged; false if the broker is known to have taken it back. */
  boolean decided(Job job) {
    return marks != null ? !job.gone() : exit.finish(job);
  }

  /** That was decided, and its handler has left it. */
  void left(Job job) {
    if (marks != null) {
      marks.add(job);
    } else {
      exit.over(job);
    }
  }

  /** Marks it in the handler's transaction; false if it was marked. */
  boolean completeIn(Connection transaction, Job job) {
    return context
        .once()
        .marks()
        .completeIn(transaction, group, marking.of(job), marking.until(context.waiting().now()));
  }

  private void mark(List<Job> jobs) {
    List<String> completed = new ArrayList<>(jobs.size());
    for (Job job : jobs) {
      if (!job.marked()) {
        completed.add(marking.of(job));
      }
    }
    if (!completed.isEmpty()) {
      context.once().marks().complete(group, completed, marking.until(context.waiting().now()));
    }
    for (Job job : jobs) {
      exit.finish(job);
      exit.over(job);
    }
  }
}

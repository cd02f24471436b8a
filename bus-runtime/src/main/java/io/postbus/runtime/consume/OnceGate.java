package io.postbus.runtime.consume;

import io.postbus.runtime.consume.Claims.Taken;
import io.postbus.runtime.publish.PostbusHeaders;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Lets through what its group has not completed, one copy of a message at a time; what it has is
 * repeated, and goes elsewhere. What comes in order goes in order. Thread-safe.
 */
final class OnceGate implements Lanes.Sink {
  private final String group;
  private final Once once;
  private final Marking marking;
  private final Lanes.Sink next;
  private final StoreCalls checks;
  private volatile Consumer<Job> repeated = job -> {};

  OnceGate(String group, ConsumeContext context, Marking marking, Lanes.Sink next) {
    this.group = group;
    this.once = context.once();
    this.marking = marking;
    this.next = next;
    this.checks =
        new StoreCalls(group, "Looking for completed messages", context.timeline(), this::look);
  }

  /** What takes those that are completed. */
  void repeatedTo(Consumer<Job> elsewhere) {
    repeated = elsewhere;
  }

  /** Its calls of the store. */
  StoreCalls checks() {
    return checks;
  }

  @Override
  public void accept(Job job) {
    Taken taken = once.claims().take(group, marking.of(job), job.arrival(), () -> claimed(job));
    if (taken == Taken.NOW) {
      claimed(job);
    } else if (taken == Taken.BEFORE) {
      next.accept(job);
    }
  }

  @Override
  public void accept(List<Job> jobs) {
    jobs.forEach(this::accept);
  }

  /** The delivery is over, and no handler has it: another copy may come. */
  void over(Job job) {
    once.claims().release(group, marking.of(job), job.arrival());
  }

  private void claimed(Job job) {
    if (PostbusHeaders.isForced(job.arrival().forward())) {
      next.accept(job);
    } else {
      checks.add(job);
    }
  }

  private void look(List<Job> jobs) {
    Set<String> marks = new HashSet<>();
    jobs.forEach(job -> marks.add(marking.of(job)));
    Set<String> completed = once.marks().completed(group, marks);
    for (Job job : jobs) {
      (completed.contains(marking.of(job)) ? repeated : (Consumer<Job>) next::accept).accept(job);
    }
  }
}

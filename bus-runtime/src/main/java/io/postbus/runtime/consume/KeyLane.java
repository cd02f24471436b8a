package io.postbus.runtime.consume;

import io.postbus.runtime.consume.Lanes.Sink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of one key in their order: first those that are out, which are one or parts of one
 * batch, behind them those that wait. Guarded by its {@link KeyLanes}.
 */
final class KeyLane {
  private final ArrayDeque<Job> jobs = new ArrayDeque<>(2);
  private int out;

  void add(Job job) {
    jobs.addLast(job);
  }

  boolean isEmpty() {
    return jobs.isEmpty();
  }

  /** Lets out what may come: the first if none is out, and what joins the batch of the last. */
  void release(Sink sink) {
    if (jobs.size() == out) {
      return;
    }
    Job last = null;
    int at = 0;
    for (Job job : jobs) {
      if (at++ == out) {
        if (last == null) {
          sink.accept(job);
        } else if (!sink.join(last, job)) {
          return;
        }
        out++;
      }
      last = job;
    }
  }

  /** The second, if this is the first and the only one that is out. */
  @Nullable Job behind(Job first) {
    if (out != 1 || jobs.peekFirst() != first) {
      return null;
    }
    Iterator<Job> i = jobs.iterator();
    i.next();
    return i.hasNext() ? i.next() : null;
  }

  /** Lets out the second beside the first. */
  void releaseNext(Sink sink) {
    Iterator<Job> i = jobs.iterator();
    i.next();
    out++;
    sink.accept(i.next());
  }

  void remove(Job job) {
    int at = 0;
    for (Iterator<Job> i = jobs.iterator(); i.hasNext(); at++) {
      if (i.next() == job) {
        i.remove();
        out -= at < out ? 1 : 0;
        return;
      }
    }
  }

  void replace(Job before, Job next) {
    for (int i = jobs.size(); i > 0; i--) {
      Job job = jobs.removeFirst();
      jobs.addLast(job == before ? next : job);
    }
  }

  /** These of its jobs are out no more; an earlier one that waits for its retry still is. */
  void recall(Set<Job> some) {
    out = jobs.isEmpty() || some.contains(jobs.getFirst()) ? 0 : Math.min(out, 1);
  }

  /** Takes out this job and those behind it. */
  List<Job> tail(Job job) {
    List<Job> tail = new ArrayList<>();
    for (Iterator<Job> i = jobs.iterator(); i.hasNext(); ) {
      Job next = i.next();
      if (next == job || !tail.isEmpty()) {
        tail.add(next);
        i.remove();
      }
    }
    out = Math.min(out, jobs.size());
    return tail;
  }
}

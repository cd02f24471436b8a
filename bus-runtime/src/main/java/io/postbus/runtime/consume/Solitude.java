package io.postbus.runtime.consume;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Where deliveries under suspicion go one at a time, of all members of the bus: what then kills the
 * process is known. Bounded by what may be in flight. Thread-safe; calls nobody under its lock.
 */
public final class Solitude {
  private record Waiter(Job job, Runnable turn) {}

  private final Deque<Waiter> behind = new ArrayDeque<>();
  private @Nullable Job inside;

  /**
   * Lets it in when the others before it have left.
   *
   * @param turn runs when it is in
   */
  void enter(Job job, Runnable turn) {
    synchronized (this) {
      if (inside != null) {
        behind.add(new Waiter(job, turn));
        return;
      }
      inside = job;
    }
    turn.run();
  }

  /** It is over, wherever it was; does nothing for one that is not here. */
  void leave(Job job) {
    Waiter next;
    synchronized (this) {
      if (inside != job) {
        behind.removeIf(w -> w.job == job);
        return;
      }
      next = behind.poll();
      inside = next == null ? null : next.job;
    }
    if (next != null) {
      next.turn.run();
    }
  }
}

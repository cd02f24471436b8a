package io.postbus.runtime.consume;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Who in this process has a message in hand, so that two copies of one are never handled at the
 * same time here. Copies wait in the order of their coming, and are bounded by what may be in
 * flight. Thread-safe; calls nobody under its lock.
 */
public final class Claims {
  /** What came of claiming. */
  enum Taken {
    /** It is in hand from now on. */
    NOW,
    /** The same delivery had it before: this is its next attempt. */
    BEFORE,
    /** Another copy is in hand. */
    LATER
  }

  private record Claim(String group, String mark) {}

  /** One that waits, and what happens when its turn has come. */
  private record Waiter(Arrival arrival, Runnable turn) {}

  private static final class Holding {
    private Arrival holder;
    private final Queue<Waiter> behind = new ArrayDeque<>(0);

    Holding(Arrival holder) {
      this.holder = holder;
    }
  }

  private final Map<Claim, Holding> held = new HashMap<>();

  /**
   * Claims the message for this delivery.
   *
   * @param turn runs if that must wait, once it is this delivery's turn
   */
  synchronized Taken take(String group, String mark, Arrival arrival, Runnable turn) {
    Claim claim = new Claim(group, mark);
    Holding holding = held.get(claim);
    if (holding == null) {
      held.put(claim, new Holding(arrival));
      return Taken.NOW;
    }
    if (same(holding.holder, arrival)) {
      return Taken.BEFORE;
    }
    holding.behind.add(new Waiter(arrival, turn));
    return Taken.LATER;
  }

  /** The delivery is over: the next copy may come. Does nothing if it has no claim. */
  void release(String group, String mark, Arrival arrival) {
    Waiter next = next(new Claim(group, mark), arrival);
    if (next != null) {
      next.turn.run();
    }
  }

  private synchronized @Nullable Waiter next(Claim claim, Arrival over) {
    Holding holding = held.get(claim);
    if (holding == null) {
      return null;
    }
    if (!same(holding.holder, over)) {
      holding.behind.removeIf(w -> same(w.arrival, over));
      return null;
    }
    Waiter next = holding.behind.poll();
    if (next == null) {
      held.remove(claim);
      return null;
    }
    holding.holder = next.arrival;
    return next;
  }

  @SuppressWarnings("ReferenceEquality") // Equal arrivals are still two.
  private static boolean same(Arrival a, Arrival b) {
    return a == b;
  }
}

package io.postbus.driver.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * What a group has not handed out, in the order of publication. Guarded by the queue's lock.
 *
 * <p>Everything that comes back was in front of all that never left, so two parts are enough.
 */
final class Ready {
  private final PriorityQueue<Delivery> returned = new PriorityQueue<>();
  private final ArrayDeque<Delivery> fresh = new ArrayDeque<>();

  void add(Delivery delivery) {
    fresh.addLast(delivery);
  }

  void putBack(Delivery delivery) {
    returned.add(delivery);
  }

  @Nullable Delivery next() {
    return returned.isEmpty() ? fresh.pollFirst() : returned.poll();
  }

  int size() {
    return returned.size() + fresh.size();
  }

  boolean isEmpty() {
    return fresh.isEmpty() && returned.isEmpty();
  }

  /** Takes everything out. */
  List<Delivery> clear() {
    List<Delivery> all = new ArrayList<>(size());
    all.addAll(returned);
    all.addAll(fresh);
    returned.clear();
    fresh.clear();
    return all;
  }
}

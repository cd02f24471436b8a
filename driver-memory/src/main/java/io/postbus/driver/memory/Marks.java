package io.postbus.driver.memory;

import io.postbus.spi.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/** Which messages are done, each until its time is over. Thread-safe: one monitor. */
final class Marks {
  private final InstantSource clock;
  private final int capacity;
  private final Map<Mark, Instant> until = new HashMap<>();

  /** When to look at which mark; one that was prolonged meanwhile comes up again. */
  private final PriorityQueue<Expiry> expiries = new PriorityQueue<>();

  private record Mark(String group, String id) {}

  private record Expiry(Instant at, Mark mark) implements Comparable<Expiry> {
    @Override
    public int compareTo(Expiry o) {
      return at.compareTo(o.at);
    }
  }

  Marks(InstantSource clock, int capacity) {
    this.clock = clock;
    this.capacity = capacity;
  }

  synchronized Set<String> completed(String group, Collection<String> ids) {
    purge();
    Set<String> marked = new HashSet<>();
    for (String id : ids) {
      if (until.containsKey(new Mark(group, id))) {
        marked.add(id);
      }
    }
    return marked;
  }

  synchronized void complete(String group, Collection<String> ids, Instant keepUntil) {
    purge();
    requireRoom(ids.stream().filter(id -> !until.containsKey(new Mark(group, id))).count());
    for (String id : ids) {
      Mark mark = new Mark(group, id);
      Instant before = until.get(mark);
      if (before == null) {
        expiries.add(new Expiry(keepUntil, mark));
      }
      if (before == null || before.isBefore(keepUntil)) {
        until.put(mark, keepUntil);
      }
    }
  }

  synchronized void forget(String group, Collection<String> ids) {
    ids.forEach(id -> until.remove(new Mark(group, id)));
  }

  private void requireRoom(long more) {
    if (until.size() + more > capacity) {
      throw new StoreException(
          "The memory store keeps "
              + until.size()
              + " marks, its capacity: keep them for less long, raise it, or use a store on disk",
          true,
          null);
    }
  }

  private void purge() {
    Instant now = clock.instant();
    for (Expiry next = expiries.peek();
        next != null && !next.at.isAfter(now);
        next = expiries.peek()) {
      expiries.remove();
      Instant end = until.get(next.mark);
      if (end != null && end.isAfter(now)) {
        expiries.add(new Expiry(end, next.mark));
      } else {
        until.remove(next.mark);
      }
    }
  }
}

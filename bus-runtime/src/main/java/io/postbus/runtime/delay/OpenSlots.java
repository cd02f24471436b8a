package io.postbus.runtime.delay;

import io.postbus.spi.Delayed;
import io.postbus.spi.Slot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The slots of one shard that are known to wait, in order, the nearest with their entries. All that
 * is in the store up to the horizon is among them, but for what others wrote since it was read.
 * When there are too many, the furthest are forgotten and the horizon is drawn in. Reading a slot
 * twice does no harm, and one that is gone from the store does little: its move finds nothing.
 * Thread-safe.
 */
final class OpenSlots {
  private final TreeMap<Slot, @Nullable Delayed> waiting = new TreeMap<>();

  /** Taken out to be moved. */
  private final Set<Slot> firing = new HashSet<>();

  /** Not to be taken, though it may be due. */
  private final Set<Slot> held = new HashSet<>();

  /** What went while a read was under way, which may still return it. */
  private final Set<Slot> gone = new HashSet<>();

  private final int most;
  private final BodyBudget budget;
  private Slot horizon = Slot.MIN;
  private Slot fetched = Slot.MIN;
  private @Nullable Slot reading;
  private @Nullable Slot forgotten;
  private boolean closed;

  OpenSlots(int most, BodyBudget budget) {
    this.most = most;
    this.budget = budget;
  }

  /**
   * Adds the slot of an entry that was just written, unless it lies beyond what has been read: a
   * read will find it there.
   *
   * @param body whether to keep the entry itself, if there is room for it
   * @return whether it was added
   */
  synchronized boolean offer(Delayed entry, boolean body) {
    Slot read = reading == null || reading.compareTo(horizon) < 0 ? horizon : reading;
    if (entry.slot().compareTo(read) > 0 || !add(entry.slot())) {
      return false;
    }
    if (body && waiting.containsKey(entry.slot()) && budget.tryTake(entry)) {
      waiting.put(entry.slot(), entry);
    }
    return true;
  }

  /** Whether one of the slots that are sorted by more than their due times is not known. */
  synchronized boolean anyOrderedNew(List<Slot> slots) {
    for (Slot slot : slots) {
      if (slot.order() != 0 && !known(slot) && !gone.contains(slot)) {
        return true;
      }
    }
    return false;
  }

  /** A read up to there begins; one at a time. */
  synchronized void beginRead(Slot upTo) {
    reading = upTo;
    forgotten = null;
    gone.clear();
  }

  /**
   * The read has ended.
   *
   * @param readTo how far it came, or null if it failed
   * @return whether a slot was added
   */
  synchronized boolean endRead(Slot after, @Nullable Slot readTo, List<Slot> found) {
    boolean added = false;
    for (Slot slot : found) {
      added |= !gone.contains(slot) && add(slot);
    }
    if (readTo != null && after.compareTo(horizon) <= 0 && readTo.compareTo(horizon) > 0) {
      horizon = readTo;
    }
    if (forgotten != null && forgotten.compareTo(horizon) <= 0) {
      horizon = before(forgotten);
    }
    reading = null;
    gone.clear();
    return added;
  }

  /**
   * Takes what is due, in order; all of it is then moved or put back.
   *
   * @param room for so many entries that are not here yet
   */
  synchronized Map<Slot, @Nullable Delayed> takeDue(long nowMillis, int limit, int room) {
    Map<Slot, @Nullable Delayed> due = new LinkedHashMap<>();
    int absent = 0;
    while (due.size() < limit && !waiting.isEmpty()) {
      Map.Entry<Slot, @Nullable Delayed> first = waiting.firstEntry();
      absent += first.getValue() == null ? 1 : 0;
      if (first.getKey().dueMillis() > nowMillis || absent > room) {
        break;
      }
      waiting.remove(first.getKey());
      firing.add(first.getKey());
      due.put(first.getKey(), first.getValue());
    }
    return due;
  }

  /** What was taken is no longer in its slot in the store. */
  synchronized void moved(Collection<Slot> slots) {
    for (Slot slot : slots) {
      firing.remove(slot);
      if (reading != null) {
        gone.add(slot);
      }
    }
  }

  /** What was taken still waits. */
  synchronized void putBack(Map<Slot, @Nullable Delayed> taken) {
    taken.forEach(
        (slot, body) -> {
          firing.remove(slot);
          if (add(slot) && waiting.containsKey(slot)) {
            waiting.put(slot, body);
          } else {
            release(body);
          }
        });
  }

  /** The slot has left the store without being fired here. */
  synchronized void forget(Slot slot) {
    held.remove(slot);
    firing.remove(slot);
    if (waiting.containsKey(slot)) {
      release(waiting.remove(slot));
    }
    if (reading != null) {
      gone.add(slot);
    }
  }

  /** Keeps the slot from being taken, or found again; one that was taken out counts as back. */
  synchronized void hold(Slot slot) {
    firing.remove(slot);
    if (waiting.containsKey(slot)) {
      release(waiting.remove(slot));
    }
    if (!closed) {
      held.add(slot);
    }
  }

  /** The slot waits again. */
  synchronized void release(Slot slot) {
    held.remove(slot);
    add(slot);
  }

  /** The slot waits again if it was held. */
  synchronized void releaseHeld(Slot slot) {
    if (held.remove(slot)) {
      add(slot);
    }
  }

  /** Whether the slot waits or has been taken out. */
  synchronized boolean waits(Slot slot) {
    return waiting.containsKey(slot) || firing.contains(slot);
  }

  /** The next slots that are due until then and whose entries have not been asked for. */
  synchronized List<Slot> toFetch(long untilMillis, int limit) {
    List<Slot> next = new ArrayList<>();
    NavigableMap<Slot, @Nullable Delayed> rest = waiting.tailMap(fetched, false);
    for (Map.Entry<Slot, @Nullable Delayed> e : rest.entrySet()) {
      if (next.size() == limit || e.getKey().dueMillis() > untilMillis) {
        break;
      }
      if (e.getValue() == null) {
        next.add(e.getKey());
      } else if (next.isEmpty()) {
        fetched = e.getKey();
      }
    }
    return next;
  }

  /** Keeps the entries that were asked for; those that did not come are gone. */
  synchronized void fetched(List<Slot> asked, List<Delayed> entries) {
    budget.take(entries);
    Set<Slot> missing = new HashSet<>(asked);
    for (Delayed entry : entries) {
      missing.remove(entry.slot());
      if (waiting.containsKey(entry.slot()) && waiting.get(entry.slot()) == null) {
        waiting.put(entry.slot(), entry);
      } else {
        budget.release(entry);
      }
    }
    missing.forEach(this::forget);
    fetched = asked.get(asked.size() - 1);
  }

  /** When the first is due. */
  synchronized @Nullable Slot first() {
    return waiting.isEmpty() ? null : waiting.firstKey();
  }

  /** The first whose entry has not been asked for. */
  synchronized @Nullable Slot firstToFetch() {
    return waiting.higherKey(fetched);
  }

  synchronized Slot horizon() {
    return horizon;
  }

  synchronized int size() {
    return waiting.size() + firing.size() + held.size();
  }

  /** How many more there is room for. */
  synchronized int room() {
    return most - waiting.size();
  }

  synchronized boolean halfEmpty() {
    return waiting.size() * 2 <= most;
  }

  /** Forgets everything for good. */
  synchronized void close() {
    closed = true;
    waiting.values().forEach(this::release);
    waiting.clear();
    held.clear();
  }

  private boolean add(Slot slot) {
    if (closed || known(slot)) {
      return false;
    }
    waiting.put(slot, null);
    if (waiting.size() > most) {
      forgetLast();
    }
    return true;
  }

  private boolean known(Slot slot) {
    return waiting.containsKey(slot) || firing.contains(slot) || held.contains(slot);
  }

  private void forgetLast() {
    Map.Entry<Slot, @Nullable Delayed> last = waiting.pollLastEntry();
    release(last.getValue());
    Slot slot = last.getKey();
    if (forgotten == null || slot.compareTo(forgotten) < 0) {
      forgotten = slot;
    }
    if (slot.compareTo(horizon) <= 0) {
      horizon = before(slot);
    }
    if (slot.compareTo(fetched) <= 0) {
      fetched = before(slot);
    }
  }

  private void release(@Nullable Delayed body) {
    if (body != null) {
      budget.release(body);
    }
  }

  private static Slot before(Slot slot) {
    return slot.low() == 0 ? new Slot(slot.high() - 1, -1) : new Slot(slot.high(), slot.low() - 1);
  }
}

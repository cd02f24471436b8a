package io.postbus.runtime.delay;

import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gets the entries of one shard's slots shortly before they are due, within the budget. For the
 * owner's steps only.
 */
final class Bodies {
  private static final int BATCH = 64;
  private static final Duration AHEAD = Duration.ofMillis(500);
  private static final Duration EVERY = Duration.ofMillis(100);

  private final int shard;
  private final DelayStore store;
  private final StoreClock clock;
  private final BodyBudget budget;
  private final OpenSlots open;
  private long next;

  Bodies(int shard, EngineParts parts, OpenSlots open) {
    this.shard = shard;
    this.store = parts.store();
    this.clock = parts.clock();
    this.budget = parts.budget();
    this.open = open;
    this.next = parts.timeline().nanos();
  }

  /** Whether what is due then is worth keeping in memory. */
  boolean soon(Instant due) {
    return clock.until(due).compareTo(AHEAD) <= 0;
  }

  /** Gets some entries that will be due soon, if it is time; one call of the store. */
  void fetchAhead(long now) {
    int limit = Math.min(BATCH, budget.roomAhead());
    if (limit == 0 || next - now > 0) {
      return;
    }
    List<Slot> slots = open.toFetch(clock.reached().plus(AHEAD).toEpochMilli(), limit);
    if (slots.size() < limit) {
      next = now + EVERY.toNanos();
    }
    if (!slots.isEmpty()) {
      open.fetched(slots, store.get(shard, slots));
    }
  }

  /** When to fetch next, in the timeline's nanoseconds; null for when something has changed. */
  @Nullable Long nextFetch(long now) {
    Slot first = open.firstToFetch();
    if (first == null || budget.roomAhead() == 0) {
      return null;
    }
    long wanted = now + clock.until(first.due()).minus(AHEAD).toNanos();
    return wanted - next > 0 ? wanted : next;
  }

  /** Completes what is due with one call of the store; what is gone remains without an entry. */
  void complete(Map<Slot, @Nullable Delayed> due) {
    List<Slot> absent = new ArrayList<>();
    due.forEach(
        (slot, entry) -> {
          if (entry == null) {
            absent.add(slot);
          }
        });
    if (!absent.isEmpty()) {
      List<Delayed> found = store.get(shard, absent);
      budget.take(found);
      found.forEach(entry -> due.put(entry.slot(), entry));
    }
  }
}

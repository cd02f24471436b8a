package io.postbus.runtime.dead;

import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Moves entries of a store, whatever their shards. Thread-safe. */
public final class Entries {
  private static final int PAGE = 500;

  private final DelayStore store;

  public Entries(DelayStore store) {
    this.store = store;
  }

  /** Removes all that match, and says how many this call removed. */
  public long remove(DelayedQuery query) {
    long removed = 0;
    String cursor = null;
    do {
      DelayStore.Page page = store.find(query, cursor, PAGE);
      removed += move(page.entries(), e -> Move.remove(e.slot())).size();
      cursor = page.next();
    } while (cursor != null);
    return removed;
  }

  /** Moves the entries, at most 500, and returns those that this call has moved. */
  List<Delayed> move(List<Delayed> entries, Function<Delayed, Move> how) {
    List<Delayed> moved = new ArrayList<>(entries.size());
    byShard(entries)
        .forEach(
            (shard, some) -> {
              BitSet done = store.move(shard, some.stream().map(how).toList());
              done.stream().forEach(i -> moved.add(some.get(i)));
            });
    return moved;
  }

  private Map<Integer, List<Delayed>> byShard(List<Delayed> entries) {
    Map<Integer, List<Delayed>> shards = new TreeMap<>();
    for (Delayed e : entries) {
      int shard = Slot.shard(e.message(), store.shards());
      shards.computeIfAbsent(shard, s -> new ArrayList<>()).add(e);
    }
    return shards;
  }
}

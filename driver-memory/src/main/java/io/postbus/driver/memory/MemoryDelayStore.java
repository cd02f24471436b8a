package io.postbus.driver.memory;

import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import io.postbus.spi.support.Matching;
import io.postbus.spi.support.Place;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Entries in sorted maps. Thread-safe. */
final class MemoryDelayStore implements DelayStore {
  private final MemoryStore store;
  private final List<Shard> shards;

  MemoryDelayStore(MemoryStore store, List<Shard> shards) {
    this.store = store;
    this.shards = shards;
  }

  @Override
  public int shards() {
    return shards.size();
  }

  @Override
  public void put(int shard, List<Delayed> entries) {
    MemoryStore.bounded(entries.size());
    shard(shard).put(entries);
  }

  @Override
  public void put(Connection transaction, int shard, List<Delayed> entries) {
    throw MemoryStore.notTransactional();
  }

  @Override
  public BitSet move(int shard, List<Move> moves) {
    MemoryStore.bounded(moves.size());
    return shard(shard).move(moves);
  }

  @Override
  public List<Slot> slots(int shard, Slot after, Slot upTo, int limit) {
    return shard(shard).slots(after, upTo, limit);
  }

  @Override
  public List<Delayed> get(int shard, Collection<Slot> slots) {
    MemoryStore.bounded(slots.size());
    return shard(shard).get(slots);
  }

  @Override
  public List<Delayed> read(int shard, Slot after, Slot upTo, int limit) {
    return shard(shard).read(after, upTo, limit);
  }

  @Override
  public Page find(DelayedQuery query, @Nullable String cursor, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("A page of " + limit + " entries");
    }
    Place after = cursor == null ? null : Place.parse(cursor);
    Lowest lowest = new Lowest(limit + 1);
    each(
        query,
        (shard, d) -> {
          Place place = Place.of(shard, d);
          if (after == null || place.compareTo(after) > 0) {
            lowest.offer(place, d);
          }
        });
    List<Found> found = lowest.inOrder();
    List<Found> page = found.subList(0, Math.min(limit, found.size()));
    String next = found.size() > limit ? page.get(limit - 1).place.toString() : null;
    return new Page(page.stream().map(Found::entry).toList(), next);
  }

  @Override
  public long count(DelayedQuery query) {
    long[] n = {0};
    each(query, (shard, d) -> n[0]++);
    return n[0];
  }

  private interface Reader {
    void read(int shard, Delayed entry);
  }

  private record Found(Place place, Delayed entry) {}

  /** The first so many of all that are offered. */
  private static final class Lowest {
    private final int limit;
    private final PriorityQueue<Found> heap =
        new PriorityQueue<>(Comparator.comparing(Found::place).reversed());

    Lowest(int limit) {
      this.limit = limit;
    }

    void offer(Place place, Delayed entry) {
      if (heap.size() == limit) {
        if (heap.element().place.compareTo(place) <= 0) {
          return;
        }
        heap.remove();
      }
      heap.add(new Found(place, entry));
    }

    List<Found> inOrder() {
      List<Found> all = new ArrayList<>(heap);
      all.sort(Comparator.comparing(Found::place));
      return all;
    }
  }

  private void each(DelayedQuery query, Reader reader) {
    store.requireReachable();
    Matching matching = new Matching(query);
    for (Shard s : shards) {
      s.each(
          query.handle(),
          d -> {
            if (matching.test(d)) {
              reader.read(s.number, d);
            }
          });
    }
  }

  private Shard shard(int number) {
    store.requireReachable();
    if (number < 0 || number >= shards.size()) {
      throw new IllegalArgumentException("There is no shard " + number + " among " + shards.size());
    }
    return shards.get(number);
  }
}

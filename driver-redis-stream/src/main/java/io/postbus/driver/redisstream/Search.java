package io.postbus.driver.redisstream;

import io.postbus.spi.DelayStore.Page;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Slot;
import io.postbus.spi.support.Matching;
import io.postbus.spi.support.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;

/**
 * Finds entries for people. What has a handle comes through an index; everything else is read
 * through, some hundred at a time: what is due from the page's beginning on and no further than the
 * page, what is never due as a whole.
 */
final class Search {
  private static final int CHUNK = 200;
  private static final byte[] HIGHEST = new byte[16];

  static {
    Arrays.fill(HIGHEST, (byte) -1);
  }

  private final RedisDelayStore delays;
  private final StoreAccess access;

  Search(RedisDelayStore delays, StoreAccess access) {
    this.delays = delays;
    this.access = access;
  }

  private record Found(Place place, Delayed entry) {}

  Page find(DelayedQuery query, @Nullable String cursor, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("A page of " + limit + " entries");
    }
    Place after = cursor == null ? null : Place.parse(cursor);
    Lowest lowest = new Lowest(limit + 1);
    Matching matching = new Matching(query);
    for (int shard = 0; shard < access.shards(); shard++) {
      int number = shard;
      each(query, shard, after, d -> offer(lowest, matching, number, after, d));
    }
    List<Found> found = lowest.inOrder();
    List<Found> page = found.subList(0, Math.min(limit, found.size()));
    String next = found.size() > limit ? page.get(limit - 1).place().toString() : null;
    return new Page(page.stream().map(Found::entry).toList(), next);
  }

  /** False if nothing that comes later in the shard can be on the page. */
  private static boolean offer(
      Lowest lowest, Matching matching, int shard, @Nullable Place after, Delayed d) {
    Place place = Place.of(shard, d);
    if (matching.test(d) && (after == null || place.compareTo(after) > 0)) {
      return lowest.offer(new Found(place, d));
    }
    return true;
  }

  long count(DelayedQuery query) {
    if (query.equals(DelayedQuery.ALL)) {
      return countAll();
    }
    long[] n = {0};
    Matching matching = new Matching(query);
    for (int shard = 0; shard < access.shards(); shard++) {
      each(
          query,
          shard,
          null,
          d -> {
            n[0] += matching.test(d) ? 1 : 0;
            return true;
          });
    }
    return n[0];
  }

  private long countAll() {
    long n = 0;
    for (int shard = 0; shard < access.shards(); shard++) {
      byte[] key = access.keys().shard(shard).get(0);
      n += access.call("Counting entries", client -> client.zcard(key));
    }
    return n;
  }

  /**
   * Shows the entries of a shard that may match.
   *
   * @param reader says whether it wants what comes later in the order of due times
   */
  private void each(DelayedQuery q, int shard, @Nullable Place after, Predicate<Delayed> reader) {
    if (q.handle() != null) {
      byHandle(q.handle(), shard, reader);
      return;
    }
    Set<Kind> kinds = q.kinds();
    if (!kinds.equals(Set.of(Kind.DEAD))) {
      Slot from = q.from() == null ? Slot.MIN : before(q.from());
      if (after != null) {
        Slot behind =
            after.slot().never()
                ? before(Instant.ofEpochMilli(after.millis()))
                : before(after.slot().due());
        from = behind.compareTo(from) > 0 ? behind : from;
      }
      scan(shard, from, q.to() == null ? before(Slot.NEVER) : Slot.from(bounded(q.to())), reader);
    }
    if (kinds.isEmpty() || kinds.contains(Kind.DEAD)) {
      scan(
          shard,
          before(Slot.NEVER),
          Slot.MAX,
          d -> {
            boolean unused = reader.test(d);
            return true;
          });
    }
  }

  private void scan(int shard, Slot after, Slot upTo, Predicate<Delayed> reader) {
    Slot from = after;
    while (true) {
      List<Delayed> some = delays.read(shard, from, upTo, CHUNK);
      for (Delayed d : some) {
        if (!reader.test(d)) {
          return;
        }
      }
      if (some.size() < CHUNK) {
        return;
      }
      from = some.get(some.size() - 1).slot();
    }
  }

  private void byHandle(String handle, int shard, Predicate<Delayed> reader) {
    byte[] key = access.keys().shard(shard).get(3);
    byte[] prefix = RedisNames.bytes(handle + "\0");
    List<?> found =
        access.call(
            "Looking for a handle",
            client ->
                (List<?>)
                    client.executeCommand(
                        new CommandArguments(Protocol.Command.ZRANGEBYLEX)
                            .key(key)
                            .add(bound(prefix, new byte[0]))
                            .add(bound(prefix, HIGHEST))));
    List<Slot> slots = new ArrayList<>();
    for (Object member : found) {
      if (((byte[]) member).length == prefix.length + HIGHEST.length) {
        slots.add(RedisDelayStore.slot((byte[]) member));
      }
    }
    for (int i = 0; i < slots.size(); i += CHUNK) {
      List<Slot> some = slots.subList(i, Math.min(slots.size(), i + CHUNK));
      for (Delayed d : delays.get(shard, some)) {
        boolean unused = reader.test(d);
      }
    }
  }

  private static byte[] bound(byte[] prefix, byte[] suffix) {
    byte[] all = new byte[1 + prefix.length + suffix.length];
    all[0] = '[';
    System.arraycopy(prefix, 0, all, 1, prefix.length);
    System.arraycopy(suffix, 0, all, 1 + prefix.length, suffix.length);
    return all;
  }

  /** A slot before all that is due then. */
  private static Slot before(Instant time) {
    Instant bounded = bounded(time);
    return bounded.toEpochMilli() == 0
        ? Slot.MIN
        : new Slot(Slot.from(bounded.minusMillis(1)).high() | 0xFFFF, -1);
  }

  private static Instant bounded(Instant time) {
    return time.isBefore(Instant.EPOCH)
        ? Instant.EPOCH
        : time.isAfter(Slot.NEVER) ? Slot.NEVER : time;
  }

  /** The first so many of all that are offered. */
  private static final class Lowest {
    private final int limit;
    private final PriorityQueue<Found> heap =
        new PriorityQueue<>(Comparator.comparing(Found::place).reversed());

    Lowest(int limit) {
      this.limit = limit;
    }

    /** False if it is higher than so many others. */
    boolean offer(Found found) {
      if (heap.size() == limit) {
        if (heap.element().place().compareTo(found.place()) <= 0) {
          return false;
        }
        heap.remove();
      }
      heap.add(found);
      return true;
    }

    List<Found> inOrder() {
      List<Found> all = new ArrayList<>(heap);
      all.sort(Comparator.comparing(Found::place));
      return all;
    }
  }
}

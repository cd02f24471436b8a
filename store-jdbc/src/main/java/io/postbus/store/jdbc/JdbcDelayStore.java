package io.postbus.store.jdbc;

import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import io.postbus.spi.support.Place;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Entries as rows, sorted by their primary key. Thread-safe. */
final class JdbcDelayStore implements DelayStore {
  private final Access access;
  private final Entries entries;
  private final Search search;
  private final String range;
  private final String these;

  JdbcDelayStore(Access access) {
    this.access = access;
    this.entries = new Entries(access);
    this.search = new Search(access);
    String from = " FROM " + access.tables().entry + access.dialect().byKey() + " WHERE shard = ?";
    this.range = from + " AND slot > ? AND slot <= ? ORDER BY slot LIMIT ?";
    this.these = "SELECT slot, body" + from + " AND slot IN (%s) ORDER BY slot";
  }

  @Override
  public int shards() {
    return access.shards();
  }

  @Override
  public void put(int shard, List<Delayed> batch) {
    bounded(batch.size());
    batch.forEach(Entries::requireHandle);
    if (!batch.isEmpty()) {
      access.write((c, space) -> added(c, space.shard(shard), batch));
    }
  }

  @Override
  public void put(Connection transaction, int shard, List<Delayed> batch) {
    bounded(batch.size());
    batch.forEach(Entries::requireHandle);
    access.within(transaction, (c, space) -> added(c, space.shard(shard), batch));
  }

  private boolean added(Connection c, int shard, List<Delayed> batch) throws SQLException {
    entries.add(c, shard, batch);
    return true;
  }

  @Override
  public BitSet move(int shard, List<Move> moves) {
    bounded(moves.size());
    moves.forEach(m -> m.to().forEach(Entries::requireHandle));
    if (moves.isEmpty()) {
      return new BitSet();
    }
    List<Slot> from = moves.stream().map(Move::from).toList();
    return access.write(
        (c, space) -> {
          BitSet moved = entries.remove(c, space.shard(shard), from);
          List<Delayed> to = new ArrayList<>();
          moved.stream().forEach(i -> to.addAll(moves.get(i).to()));
          entries.add(c, space.shard(shard), to);
          return moved;
        });
  }

  @Override
  public List<Slot> slots(int shard, Slot after, Slot upTo, int limit) {
    byte[] from = Entries.bytes(after);
    byte[] to = Entries.bytes(upTo);
    String sql = "SELECT slot" + range;
    return access.read(
        (c, space) -> Sql.rows(c, sql, Entries::slot, space.shard(shard), from, to, limit));
  }

  @Override
  public List<Delayed> read(int shard, Slot after, Slot upTo, int limit) {
    byte[] from = Entries.bytes(after);
    byte[] to = Entries.bytes(upTo);
    String sql = "SELECT slot, body" + range;
    return access.read((c, space) -> entries.readable(c, sql, space.shard(shard), from, to, limit));
  }

  @Override
  public List<Delayed> get(int shard, Collection<Slot> slots) {
    bounded(slots.size());
    return slots.isEmpty()
        ? List.of()
        : access.read((c, space) -> get(c, space.shard(shard), slots));
  }

  private List<Delayed> get(Connection c, int shard, Collection<Slot> slots) throws SQLException {
    List<Delayed> all = new ArrayList<>();
    List<byte[]> keys = slots.stream().map(Entries::bytes).toList();
    for (List<Object> some : Sql.portions(keys)) {
      String sql = these.formatted(Sql.marks(some.size()));
      some.add(0, shard);
      all.addAll(entries.readable(c, sql, some.toArray()));
    }
    return all;
  }

  @Override
  public Page find(DelayedQuery query, @Nullable String cursor, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("A page of " + limit + " entries");
    }
    Place after = cursor == null ? null : Place.parse(cursor);
    return access.read(
        (c, space) -> {
          List<Place> found = search.find(c, space, query, after, limit + 1);
          List<Place> page = found.subList(0, Math.min(limit, found.size()));
          String next = found.size() > limit ? page.get(limit - 1).toString() : null;
          return new Page(entries(c, page), next);
        });
  }

  /** The entries at these places but for those that are gone meanwhile. */
  private List<Delayed> entries(Connection c, List<Place> places) throws SQLException {
    Map<Integer, List<Slot>> byShard = new TreeMap<>();
    places.forEach(p -> byShard.computeIfAbsent(p.shard(), s -> new ArrayList<>()).add(p.slot()));
    Map<Place, Delayed> found = new HashMap<>();
    for (Map.Entry<Integer, List<Slot>> e : byShard.entrySet()) {
      for (Delayed d : get(c, e.getKey(), e.getValue())) {
        found.put(Place.of(e.getKey(), d), d);
      }
    }
    return places.stream().map(found::get).filter(Objects::nonNull).toList();
  }

  @Override
  public long count(DelayedQuery query) {
    return access.read((c, space) -> search.count(c, space, query));
  }

  static void bounded(int batch) {
    if (batch > MAX_BATCH) {
      throw new IllegalArgumentException(
          "A call with " + batch + " items, at most " + MAX_BATCH + " are allowed");
    }
  }
}

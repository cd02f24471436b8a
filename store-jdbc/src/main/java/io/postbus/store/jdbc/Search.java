package io.postbus.store.jdbc;

import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Slot;
import io.postbus.spi.support.Place;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds entries for people. What is named by handle or message id comes through an index;
 * everything else shard by shard in the order of the primary key, what is due apart from what never
 * is: the former is in order already, and the latter is not read through where it is not asked for.
 */
final class Search {
  private static final Slot NEVER = Slot.from(Slot.NEVER);

  private final String byKey;
  private final String byHandle;

  Search(Access access) {
    Tables tables = access.tables();
    this.byKey = " FROM " + tables.entry + " e";
    this.byHandle =
        byKey
            + (" JOIN " + tables.handle + " h")
            + " ON h.shard = e.shard AND h.slot = e.slot AND h.handle = e.handle";
  }

  /** The first places behind this one, in order. */
  List<Place> find(Connection c, Space space, DelayedQuery query, @Nullable Place after, int limit)
      throws SQLException {
    List<Place> all = new ArrayList<>();
    for (Conditions scan : scans(space, query, after)) {
      String sql =
          "SELECT e.slot, e.sort_ms, e.shard"
              + (scan.text() + " ORDER BY " + scan.order + " LIMIT " + limit);
      all.addAll(
          Sql.rows(
              c,
              sql,
              r -> new Place(r.getLong(2), Entries.slot(r), r.getInt(3)),
              scan.values.toArray()));
    }
    return all.stream().sorted().limit(limit).toList();
  }

  long count(Connection c, Space space, DelayedQuery query) throws SQLException {
    long count = 0;
    for (Conditions scan : scans(space, query, null)) {
      String sql = "SELECT COUNT(*)" + scan.text();
      count += Sql.row(c, sql, r -> r.getLong(1), scan.values.toArray()).orElse(0L);
    }
    return count;
  }

  private List<Conditions> scans(Space space, DelayedQuery q, @Nullable Place after) {
    List<Conditions> all = new ArrayList<>();
    if (q.handle() != null || q.messageId() != null) {
      Conditions named = new Conditions(q.handle() == null ? byKey : byHandle, Conditions.BY_TIME);
      named.and("h.handle = ?", q.handle());
      named.and("e.message_id = ?", q.messageId());
      all.add(
          named
              .and("e.shard >= ?", space.shard(0))
              .and("e.shard <= ?", space.shard(space.shards() - 1)));
    } else {
      Set<Kind> kinds = q.kinds();
      for (Integer shard : space.all()) {
        if (!kinds.equals(Set.of(Kind.DEAD))) {
          all.add(due(q, after).and("e.shard = ?", shard));
        }
        if (kinds.isEmpty() || kinds.contains(Kind.DEAD)) {
          Conditions never = new Conditions(byKey, Conditions.BY_TIME);
          never.and("e.slot >= ?", Entries.bytes(NEVER));
          all.add(never.and("e.shard = ?", shard));
        }
      }
    }
    all.forEach(scan -> scan.narrow(q).behind(after));
    return all;
  }

  /** In a part of the primary key that is no longer than it has to be. */
  private Conditions due(DelayedQuery q, @Nullable Place after) {
    Slot first = q.from() == null ? Slot.MIN : Slot.from(bounded(q.from()));
    if (after != null) {
      Slot next = after.slot().never() ? Slot.from(at(after.millis())) : after.slot();
      first = next.compareTo(first) > 0 ? next : first;
    }
    Slot end = q.to() == null ? NEVER : Slot.from(bounded(q.to().plusMillis(1)));
    return new Conditions(byKey, Conditions.BY_SLOT)
        .and("e.slot >= ?", Entries.bytes(first))
        .and("e.slot < ?", Entries.bytes(end));
  }

  private static Instant at(long millis) {
    return bounded(Instant.ofEpochMilli(millis));
  }

  private static Instant bounded(Instant time) {
    return time.isBefore(Instant.EPOCH)
        ? Instant.EPOCH
        : time.isAfter(Slot.NEVER) ? Slot.NEVER : time;
  }

  /** What rows have to meet, and in which order they come. */
  private static final class Conditions {
    static final String BY_SLOT = "e.slot";
    static final String BY_TIME = "e.sort_ms, e.slot, e.shard";

    final String order;
    final List<Object> values = new ArrayList<>();
    private final String from;
    private final List<String> all = new ArrayList<>();

    Conditions(String from, String order) {
      this.from = from;
      this.order = order;
    }

    String text() {
      return from + " WHERE " + String.join(" AND ", all);
    }

    Conditions and(String condition, @Nullable Object value) {
      if (value != null) {
        all.add(condition);
        values.add(value);
      }
      return this;
    }

    Conditions narrow(DelayedQuery q) {
      if (!q.kinds().isEmpty()) {
        all.add("e.kind IN (" + Sql.marks(q.kinds().size()) + ")");
        q.kinds().forEach(k -> values.add(k.name()));
      }
      and("e.to_group = ?", q.group());
      and("e.topic = ?", q.topic());
      and("e.type = ?", q.type());
      and("LOWER(e.error) LIKE ? ESCAPE '!'", q.error() == null ? null : pattern(q.error()));
      and("e.sort_ms >= ?", q.from() == null ? null : ceiling(q.from()));
      return and("e.sort_ms < ?", q.to() == null ? null : ceiling(q.to()));
    }

    void behind(@Nullable Place p) {
      if (p != null) {
        all.add("(e.sort_ms > ? OR e.sort_ms = ? AND (e.slot > ? OR e.slot = ? AND e.shard > ?))");
        byte[] slot = Entries.bytes(p.slot());
        values.addAll(List.of(p.millis(), p.millis(), slot, slot, p.shard()));
      }
    }

    private static String pattern(String part) {
      String escaped = part.replace("!", "!!").replace("%", "!%").replace("_", "!_");
      return "%" + escaped.toLowerCase(Locale.ROOT) + "%";
    }

    private static long ceiling(Instant time) {
      return bounded(time.plusNanos(999_999)).toEpochMilli();
    }
  }
}

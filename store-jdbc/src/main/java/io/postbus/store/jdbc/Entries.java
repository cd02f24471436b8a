package io.postbus.store.jdbc;

import io.postbus.message.Destination;
import io.postbus.spi.Delayed;
import io.postbus.spi.Failure;
import io.postbus.spi.Slot;
import io.postbus.spi.StoreException;
import io.postbus.spi.support.EntryCodec;
import io.postbus.spi.support.Place;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rows of entries, in transactions that others begin and end. Thread-safe. */
final class Entries {
  private static final int ERROR = 1000;
  private static final int HANDLE = 255;
  private static final int AROUND = 16_384;
  private static final String ESCAPED = "\0'\"\\\n\r\u001a";

  private static final Logger LOG = LoggerFactory.getLogger(Entries.class);

  /** How many entries that cannot be read are told of, each once: they are met again and again. */
  private static final int REPORTED = 1000;

  private final Set<Slot> unreadable = ConcurrentHashMap.newKeySet();
  private final Access access;
  private final Inserts<Row> rows;
  private final Inserts<Row> handles;
  private final String delete;
  private final String deleteThese;

  Entries(Access access) {
    this.access = access;
    this.rows =
        new Inserts<>(
            access,
            access.tables().entry,
            List.of(
                "kind",
                "to_group",
                "topic",
                "type",
                "message_id",
                "handle",
                "sort_ms",
                "error",
                "body",
                "shard",
                "slot"),
            Entries::bind,
            row -> row.body.length);
    this.handles =
        new Inserts<>(
            access,
            access.tables().handle,
            List.of("handle", "shard", "slot"),
            Entries::bindHandle,
            row -> HANDLE);
    this.delete = "DELETE FROM " + access.tables().entry + " WHERE shard = ? AND slot = ?";
    this.deleteThese = access.dialect().deleteThese(access.tables().entry);
  }

  /** An entry on its way into the table. */
  private static final class Row {
    final int shard;
    final Delayed entry;
    final byte[] body;

    Row(int shard, Delayed entry) {
      this.shard = shard;
      this.entry = entry;
      this.body = EntryCodec.encode(entry);
    }
  }

  void add(Connection c, int shard, Collection<Delayed> entries) throws SQLException {
    TreeMap<Slot, Row> missing = new TreeMap<>();
    for (Delayed d : entries) {
      missing.computeIfAbsent(d.slot(), s -> new Row(shard, d));
    }
    missing.values().forEach(this::requireFits);
    rows.add(c, List.copyOf(missing.values()));
    handles.add(c, missing.values().stream().filter(row -> row.entry.handle() != null).toList());
  }

  /** MariaDB closes the connection over what is too large, and its driver cannot tell why. */
  private void requireFits(Row row) {
    long limit = access.packet();
    if (2L * row.body.length + AROUND > limit && escaped(row.body) + AROUND > limit) {
      throw new StoreException(
          "The message %s of %d bytes is too large for the database: raise its max_allowed_packet, now %d"
              .formatted(row.entry.message().id(), row.body.length, limit),
          false,
          null);
    }
  }

  /** At most so long in a statement. */
  private static long escaped(byte[] body) {
    long length = body.length;
    for (byte b : body) {
      length += ESCAPED.indexOf(b) >= 0 ? 1 : 0;
    }
    return length;
  }

  /** Which of the slots were there until now. It comes first in its transaction. */
  BitSet remove(Connection c, int shard, List<Slot> slots) throws SQLException {
    // All in one order, or two who remove the same wait for each other.
    List<Integer> order =
        IntStream.range(0, slots.size()).boxed().sorted(Comparator.comparing(slots::get)).toList();
    List<byte[]> keys = order.stream().map(i -> bytes(slots.get(i))).toList();
    BitSet removed = new BitSet(slots.size());
    if (!deleteThese.isEmpty()) {
      if (removeAll(c, shard, keys)) {
        removed.set(0, slots.size());
        return removed;
      }
      c.rollback();
    }
    int[] counts =
        Sql.batch(c, delete, keys.stream().map(key -> List.<Object>of(shard, key)).toList());
    for (int k = 0; k < counts.length; k++) {
      removed.set(order.get(k), removed(counts[k]));
    }
    return removed;
  }

  /** In few statements, which do not tell one from another: false if not all were there. */
  private boolean removeAll(Connection c, int shard, List<byte[]> keys) throws SQLException {
    int there = 0;
    for (List<Object> some : Sql.portions(keys)) {
      String sql = deleteThese.formatted(Sql.marks(some.size()));
      some.add(0, shard);
      there += Sql.update(c, sql, some.toArray());
    }
    return there == keys.size();
  }

  private static boolean removed(int count) {
    if (count < 0) {
      throw new StoreException(
          "The database's driver does not tell what a batch has done: take options like useBulkStmts out of the url",
          false,
          null);
    }
    return count > 0;
  }

  private static void bind(PreparedStatement ps, int at, Row row) throws SQLException {
    Delayed d = row.entry;
    ps.setString(at, d.kind().name());
    ps.setString(at + 1, d.destination() instanceof Destination.ToGroup g ? g.name() : null);
    ps.setString(at + 2, d.message().topic());
    ps.setString(at + 3, d.message().type());
    ps.setString(at + 4, d.message().id());
    ps.setString(at + 5, d.handle());
    ps.setLong(at + 6, Place.time(d).toEpochMilli());
    ps.setString(at + 7, error(d.failure()));
    ps.setBytes(at + 8, row.body);
    ps.setInt(at + 9, row.shard);
    ps.setBytes(at + 10, bytes(d.slot()));
  }

  private static void bindHandle(PreparedStatement ps, int at, Row row) throws SQLException {
    ps.setString(at, row.entry.handle());
    ps.setInt(at + 1, row.shard);
    ps.setBytes(at + 2, bytes(row.entry.slot()));
  }

  private static @Nullable String error(@Nullable Failure f) {
    if (f == null) {
      return null;
    }
    String text = (f.error() + ": " + f.message()).replace('\0', ' ');
    return text.length() <= ERROR ? text : text.substring(0, ERROR);
  }

  /** Of a row that begins with its slot. */
  static Slot slot(ResultSet row) throws SQLException {
    return slot(row.getBytes(1));
  }

  /** Of rows that begin with slot and body; without those that make no sense to this version. */
  List<Delayed> readable(Connection c, String sql, Object... values) throws SQLException {
    return Sql.rows(c, sql, this::entry, values).stream().flatMap(Optional::stream).toList();
  }

  private Optional<Delayed> entry(ResultSet row) throws SQLException {
    Slot slot = slot(row);
    try {
      return Optional.of(EntryCodec.decode(slot, row.getBytes(2)));
    } catch (StoreException e) {
      if (unreadable.size() < REPORTED && unreadable.add(slot)) {
        LOG.error("An entry is left where it is, in the table {}", access.tables().entry, e);
      }
      return Optional.empty();
    }
  }

  /** What a handle has to be; others may be anything that a message may have. */
  static void requireHandle(Delayed d) {
    String handle = d.handle();
    if (handle != null && handle.getBytes(StandardCharsets.UTF_8).length > HANDLE) {
      throw new IllegalArgumentException(
          "The handle \"%.40s…\" is longer than %d bytes".formatted(handle, HANDLE));
    }
  }

  static byte[] bytes(Slot slot) {
    return ByteBuffer.allocate(16).putLong(slot.high()).putLong(slot.low()).array();
  }

  static Slot slot(byte[] bytes) {
    ByteBuffer b = ByteBuffer.wrap(bytes);
    return new Slot(b.getLong(), b.getLong());
  }
}

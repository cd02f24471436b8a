package io.postbus.store.jdbc;

import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Lease;
import io.postbus.spi.Slot;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what nobody needs any more, on one node at a time: marks and leases whose time is over,
 * handles of entries that are gone. By key, in small transactions. Thread-safe.
 */
final class Cleaner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Cleaner.class);
  private static final String LEASE = "cleaner";
  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final int BATCH = 1000;

  /** So long after its time a lease's epoch is behind the clock, and no entry is put any more. */
  private static final Duration LONG_AGO = Duration.ofDays(1);

  private final Database database;
  private final Access access;
  private final Tables tables;
  private final String node;
  private final JdbcLeaseStore leases;
  private final Timer timer;

  Cleaner(Database database, Access access, String node) {
    this.database = database;
    this.access = access;
    this.tables = access.tables();
    this.node = node;
    this.leases = new JdbcLeaseStore(Access.ofTables(database, tables));
    this.timer = new Timer("postbus-" + node + "-cleaner", true);
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            cleanOnce();
          }
        },
        EVERY.toMillis(),
        EVERY.toMillis());
  }

  /** Unless another node is at it. */
  void cleanOnce() {
    try {
      if (access.open()) {
        leases.acquire(LEASE, node, EVERY).ifPresent(this::clean);
      }
    } catch (ClosedException e) {
      timer.cancel();
    } catch (BusException e) {
      LOG.debug("The store was not cleaned: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("The store was not cleaned", e);
    }
  }

  /** For no longer than the lease lasts; the next minute goes on. */
  private void clean(Lease lease) {
    long end = System.nanoTime() + EVERY.dividedBy(2).toNanos();
    for (Chore chore : chores()) {
      while (System.nanoTime() - end < 0 && database.write(chore::portion) == BATCH) {
        LOG.debug("Removed {} rows, and more are left: {}", BATCH, chore.delete);
      }
    }
    leases.release(lease);
  }

  private List<Chore> chores() {
    Instant now = database.now();
    Object over = Micros.of(now);
    Object longOver = Micros.of(now.minus(LONG_AGO));
    List<Chore> all = new ArrayList<>();
    all.add(chore(tables.done, List.of("space", "to_group", "message_id"), over));
    all.add(chore(tables.lease, List.of("space", "name"), longOver));
    byte[] past = Entries.bytes(Slot.from(now.minus(LONG_AGO)));
    byte[] never = Entries.bytes(Slot.from(Slot.NEVER));
    for (Space space : database.read(c -> Space.findAll(c, tables))) {
      space.all().forEach(shard -> all.add(handles(List.of(shard, past, never))));
    }
    return all;
  }

  private static Chore chore(String table, List<String> key, Object before) {
    String late = "until_us < ?";
    return new Chore(
        "SELECT %s FROM %s WHERE %s ORDER BY until_us"
            .formatted(String.join(", ", key), table, late),
        List.of(before),
        "DELETE FROM %s WHERE %s = ? AND %s".formatted(table, String.join(" = ? AND ", key), late),
        List.of(before));
  }

  /** Of entries that are gone: what is due long ago and what is never due. */
  private Chore handles(List<Object> shardAndBounds) {
    return new Chore(
        "SELECT h.shard, h.slot, h.handle FROM %s h LEFT JOIN %s e"
                .formatted(tables.handle, tables.entry)
            + " ON e.shard = h.shard AND e.slot = h.slot"
            + " WHERE h.shard = ? AND (h.slot < ? OR h.slot >= ?) AND e.slot IS NULL",
        shardAndBounds,
        "DELETE FROM " + tables.handle + " WHERE shard = ? AND slot = ? AND handle = ?",
        List.of());
  }

  /** Rows to look for without locking them, and how to remove each that is still so. */
  private record Chore(String find, List<Object> values, String delete, List<Object> guard) {
    /** Returns how many it found. */
    int portion(Connection c) throws SQLException {
      String some = find + " LIMIT " + BATCH;
      List<List<Object>> rows = Sql.rows(c, some, this::row, values.toArray());
      Sql.batch(c, delete, rows);
      return rows.size();
    }

    private List<Object> row(ResultSet r) throws SQLException {
      List<Object> all = new ArrayList<>();
      for (int i = 1; i <= r.getMetaData().getColumnCount(); i++) {
        all.add(r.getObject(i));
      }
      all.addAll(guard);
      return all;
    }
  }

  /** Without an interrupt: work in hand ends with the connections. */
  @Override
  public void close() {
    timer.cancel();
  }
}

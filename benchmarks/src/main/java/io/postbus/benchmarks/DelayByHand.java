package io.postbus.benchmarks;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.zaxxer.hikari.HikariDataSource;
import io.postbus.testbrokers.MariaDbBroker;
import io.postbus.testbrokers.RabbitBroker;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The ceiling: the statements and publications that our protocol needs, and nothing else. A table
 * like ours, rows moved in bursts of 64 before they are published, removed in batches after the
 * confirmation, one thread a shard. It takes no part in takeovers, cancels nothing, reads nothing
 * again and knows no failures.
 */
final class DelayByHand implements DelayClient {
  static final String NAME = "by hand";

  private static final String DUE = "hand-due";
  private static final String TABLE = "hand_entry";
  private static final int SHARDS = 4;
  private static final int BURST = 64;
  private static final int REMOVALS = 400;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long IN_FLIGHT_MILLIS = 30_000;
  private static final String COLUMNS =
      "shard, slot, kind, to_group, topic, type, message_id, handle, sort_ms, error, body";

  private static final class Row {
    final int shard;
    final byte[] slot;
    final byte[] body;

    Row(int shard, byte[] slot, byte[] body) {
      this.shard = shard;
      this.slot = slot;
      this.body = body;
    }
  }

  private final HikariDataSource pool = new HikariDataSource();
  private final Connection publishing;
  private final Connection consuming;
  private final AtomicLong ids = new AtomicLong();
  private final ExecutorService firing = Executors.newFixedThreadPool(SHARDS);
  private final Gathering<Row> puts = new Gathering<>(this::insert);
  private final List<Gathering<Row>> removals = new ArrayList<>();
  private volatile boolean closed;

  DelayByHand(MariaDbBroker database, RabbitBroker broker) throws Exception {
    database.sql("CREATE TABLE " + TABLE + " LIKE postbus_entry");
    pool.setJdbcUrl(database.jdbcUrl());
    pool.setUsername(database.username());
    pool.setPassword(database.password());
    pool.setAutoCommit(false);
    pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    publishing = ConfirmedChannel.connect(broker.uri().toString());
    consuming = ConfirmedChannel.connect(broker.uri().toString());
    try (Channel c = publishing.createChannel()) {
      c.queueDeclare(DUE, true, false, false, Map.of());
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void deliver(Consumer<byte[]> to) throws Exception {
    ConfirmedChannel.consume(consuming, DUE, to);
    for (int i = 0; i < SHARDS; i++) {
      int shard = i;
      Gathering<Row> removing = new Gathering<>(1, REMOVALS, this::remove);
      removals.add(removing);
      ConfirmedChannel channel = new ConfirmedChannel(publishing);
      firing.execute(() -> fire(shard, channel, removing));
    }
  }

  @Override
  public CompletionStage<Void> put(byte[] body, Instant due, Duration wait) throws Exception {
    long id = ids.incrementAndGet();
    int shard = (int) (id % SHARDS);
    return puts.add(new Row(shard, slot(due.toEpochMilli(), id * 0x9E3779B97F4A7C15L), body));
  }

  private void fire(int shard, ConfirmedChannel channel, Gathering<Row> removing) {
    while (!closed) {
      try {
        List<Row> due = move(shard);
        if (due.isEmpty()) {
          LockSupport.parkNanos(LOOK_NANOS);
        }
        for (Row kept : due) {
          CompletionStage<Void> unused =
              channel.publish(DUE, kept.body).thenRun(() -> removing.offer(kept));
        }
      } catch (InterruptedException e) {
        return;
      } catch (Exception e) {
        if (!closed) {
          System.err.println("By hand: " + e);
        }
      }
    }
  }

  /** Moves what is due, and returns it as it is kept. */
  private List<Row> move(int shard) throws SQLException {
    long now = System.currentTimeMillis();
    try (java.sql.Connection c = pool.getConnection()) {
      List<Row> due = due(c, shard, now);
      List<Row> kept = new ArrayList<>();
      for (Row r : due) {
        long hash = ByteBuffer.wrap(r.slot).getLong(Long.BYTES);
        kept.add(new Row(shard, slot(now + IN_FLIGHT_MILLIS, hash), r.body));
      }
      if (!due.isEmpty()) {
        delete(c, due);
        insert(c, kept);
      }
      c.commit();
      return kept;
    }
  }

  private static List<Row> due(java.sql.Connection c, int shard, long now) throws SQLException {
    String sql =
        "SELECT slot, body FROM %s WHERE shard = ? AND slot > ? AND slot <= ? ORDER BY slot LIMIT %d"
            .formatted(TABLE, BURST);
    try (PreparedStatement ps = c.prepareStatement(sql)) {
      ps.setInt(1, shard);
      ps.setBytes(2, slot(now - IN_FLIGHT_MILLIS, 0));
      ps.setBytes(3, slot(now, -1));
      ResultSet r = ps.executeQuery();
      List<Row> rows = new ArrayList<>();
      while (r.next()) {
        rows.add(new Row(shard, r.getBytes(1), r.getBytes(2)));
      }
      return rows;
    }
  }

  private void insert(List<Row> rows) throws SQLException {
    try (java.sql.Connection c = pool.getConnection()) {
      insert(c, rows);
      c.commit();
    }
  }

  private void insert(java.sql.Connection c, List<Row> rows) throws SQLException {
    List<Row> sorted = new ArrayList<>(rows);
    sorted.sort((a, b) -> a.shard != b.shard ? a.shard - b.shard : compare(a, b));
    String values = "(?, ?, 'DELAY', NULL, 'delayed', 'E', ?, NULL, ?, NULL, ?)";
    String sql =
        "INSERT INTO %s (%s) VALUES %s"
            .formatted(TABLE, COLUMNS, String.join(", ", Collections.nCopies(rows.size(), values)));
    try (PreparedStatement ps = c.prepareStatement(sql)) {
      int at = 1;
      for (Row r : sorted) {
        ps.setInt(at++, r.shard);
        ps.setBytes(at++, r.slot);
        ps.setString(at++, "01890000-0000-7000-8000-%016x".formatted(Arrays.hashCode(r.slot)));
        ps.setLong(at++, ByteBuffer.wrap(r.slot).getLong() >>> Short.SIZE);
        ps.setBytes(at++, r.body);
      }
      ps.executeUpdate();
    }
  }

  private void remove(List<Row> rows) throws SQLException {
    try (java.sql.Connection c = pool.getConnection()) {
      delete(c, rows);
      c.commit();
    }
  }

  private static void delete(java.sql.Connection c, List<Row> rows) throws SQLException {
    String marks = String.join(", ", Collections.nCopies(rows.size(), "?"));
    String sql = "DELETE FROM " + TABLE + " WHERE shard = ? AND slot IN (" + marks + ")";
    List<Row> sorted = new ArrayList<>(rows);
    sorted.sort(DelayByHand::compare);
    try (PreparedStatement ps = c.prepareStatement(sql)) {
      ps.setInt(1, rows.get(0).shard);
      for (int i = 0; i < sorted.size(); i++) {
        ps.setBytes(i + 2, sorted.get(i).slot);
      }
      if (ps.executeUpdate() != rows.size()) {
        throw new IllegalStateException("not all rows were there");
      }
    }
  }

  private static int compare(Row a, Row b) {
    return Arrays.compareUnsigned(a.slot, b.slot);
  }

  private static byte[] slot(long millis, long hash) {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(millis << Short.SIZE).putLong(hash).array();
  }

  @Override
  public void close() throws Exception {
    closed = true;
    firing.shutdown();
    boolean unused = firing.awaitTermination(5, TimeUnit.SECONDS);
    puts.close();
    removals.forEach(Gathering::close);
    publishing.close();
    consuming.close();
    pool.close();
  }
}

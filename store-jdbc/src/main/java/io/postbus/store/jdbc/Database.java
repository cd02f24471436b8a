package io.postbus.store.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Secret;
import io.postbus.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Connections, and what is done on them: in a transaction, repeated where the database took all of
 * it back. Thread-safe.
 */
final class Database implements AutoCloseable {
  private static final String H2_ADDRESS = "h2.bindAddress";
  private static final int ATTEMPTS = 10;
  private static final Duration PAUSE = Duration.ofMillis(1);
  private static final Duration CLOSE = Duration.ofSeconds(4);

  /** What a transaction does. */
  interface Work<T> {
    T on(Connection c) throws SQLException;
  }

  private final JdbcSettings settings;
  private final Duration limit;
  private final HikariDataSource pool;
  private final DiskRoom room;
  private volatile boolean closed;

  /**
   * Connects when it is first used.
   *
   * @param limit how long to wait for a connection, and for an answer
   */
  Database(JdbcSettings settings, String node, Duration limit) {
    this.settings = settings;
    this.limit = limit;
    if (settings.embedded()) {
      meetHere();
    }
    this.room = new DiskRoom(settings);
    this.pool = new HikariDataSource(config(settings, node, limit));
  }

  /**
   * The processes on a file meet at a port of the one that has it open: no other machine's matter.
   */
  private static void meetHere() {
    if (System.getProperty(H2_ADDRESS) == null) {
      System.setProperty(H2_ADDRESS, "127.0.0.1");
    }
  }

  private static HikariConfig config(JdbcSettings s, String node, Duration limit) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("postbus-" + node);
    config.setJdbcUrl(s.url());
    config.setCredentialsProvider(
        () ->
            Credentials.of(
                s.username().map(Secret::reveal).orElse(null),
                s.password().map(Secret::reveal).orElse(null)));
    config.setDataSourceProperties(s.dialect().driverProperties(s.url(), limit));
    config.setConnectionInitSql(s.dialect().limitLockWaits(limit.dividedBy(2)));
    config.setMaximumPoolSize(s.poolMax());
    config.setMinimumIdle(2);
    long wait = Math.max(250, Math.min(limit.toMillis(), s.poolTimeout().toMillis()));
    config.setConnectionTimeout(wait);
    config.setValidationTimeout(Math.max(250, Math.min(2000, wait / 2)));
    config.setInitializationFailTimeout(-1);
    config.setAutoCommit(false);
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    if (s.inMemory()) {
      // It is gone with its last connection.
      config.setMaxLifetime(0);
    }
    return config;
  }

  JdbcSettings settings() {
    return settings;
  }

  Duration limit() {
    return limit;
  }

  /**
   * Does the work and commits it.
   *
   * @throws BusException whatever the database says; a {@link ConnectionException} leaves open
   *     whether the work was committed
   */
  <T> T write(Work<T> work) {
    return repeating(
        c -> {
          T result = work.on(c);
          c.commit();
          sync(c);
          return result;
        });
  }

  /** Does work that changes nothing. */
  <T> T read(Work<T> work) {
    return repeating(
        c -> {
          T result = work.on(c);
          c.commit();
          return result;
        });
  }

  Instant now() {
    String sql = "SELECT " + settings.dialect().nowMicros();
    return read(c -> Sql.row(c, sql, r -> Micros.instant(r.getLong(1))).orElseThrow());
  }

  BusException translate(SQLException e) {
    return closed ? closedError() : JdbcErrors.translate(e, settings.place());
  }

  /** H2 leaves a commit with the operating system, where a loss of power would find it. */
  private void sync(Connection c) {
    if (settings.embedded()) {
      try {
        Sql.update(c, "CHECKPOINT SYNC");
      } catch (SQLException e) {
        // Not an error that repeats the work, which has been committed.
        throw new ConnectionException("Written, but perhaps not to disk: " + e.getMessage(), e);
      }
    }
  }

  private <T> T repeating(Work<T> work) {
    long end = System.nanoTime() + limit.toNanos();
    for (int attempt = 1; ; attempt++) {
      try {
        return once(work);
      } catch (SQLException e) {
        boolean last = closed || attempt == ATTEMPTS || System.nanoTime() - end > 0;
        if (last || !JdbcErrors.repeatable(e)) {
          throw translate(e);
        }
        long pause = PAUSE.toNanos() << Math.min(attempt, 6);
        LockSupport.parkNanos(this, ThreadLocalRandom.current().nextLong(pause));
      }
    }
  }

  private <T> T once(Work<T> work) throws SQLException {
    try (Connection c = connection()) {
      try {
        return work.on(c);
      } catch (SQLException | RuntimeException e) {
        rollback(c, e);
        if (e instanceof SQLException said && JdbcErrors.connection(said)) {
          // Or it is lent again at once, without a look whether it still works.
          pool.evictConnection(c);
        }
        throw e;
      }
    }
  }

  private Connection connection() {
    if (closed) {
      throw closedError();
    }
    room.require();
    try {
      return pool.getConnection();
    } catch (SQLException e) {
      throw closed ? closedError() : noConnection(e);
    }
  }

  private BusException noConnection(SQLException e) {
    if (e.getCause() instanceof BusException ours) {
      return ours;
    }
    if (Thread.currentThread().isInterrupted()) {
      return new ConnectionException("Interrupted while waiting for a connection", e);
    }
    int most = settings.poolMax();
    if (pool.getHikariPoolMXBean().getActiveConnections() >= most) {
      return new StoreException(
          "All %d connections to %s were in use for %s: raise pool.max, or the database is slow"
              .formatted(most, settings.place(), limit),
          true,
          e);
    }
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return new ConnectionException(
        "No connection to " + settings.place() + ": " + cause.getMessage(), e);
  }

  private static void rollback(Connection c, Exception cause) {
    try {
      c.rollback();
    } catch (SQLException lost) {
      cause.addSuppressed(lost);
    }
  }

  private static ClosedException closedError() {
    return new ClosedException("The store");
  }

  /** A server that does not answer may hold the pool up, but not its owner. */
  @Override
  public void close() {
    closed = true;
    Thread closing = new Thread(pool::close, pool.getPoolName() + "-close");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

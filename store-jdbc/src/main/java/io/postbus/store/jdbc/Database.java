package io.postbus.store.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Connections, and what is done on them: in a transaction, repeated where that is harmless. */
final class Database implements AutoCloseable {
  /** How often a transaction that lost a deadlock is tried in all. */
  private static final int ATTEMPTS = 6;

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** What a transaction does. */
  interface Work<T> {
    T on(Connection c) throws SQLException;
  }

  private final HikariDataSource pool;
  private volatile boolean closed;

  Database(JdbcSettings s, String node, Duration callTimeout) {
    this.pool = new RefreshedPool(config(s, node, callTimeout), s);
  }

  private static HikariConfig config(JdbcSettings s, String node, Duration callTimeout) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(s.url().reveal());
    config.setPoolName("postbus-" + node);
    config.setMaximumPoolSize(s.poolMax());
    config.setMinimumIdle(Math.min(2, s.poolMax()));
    config.setConnectionTimeout(min(callTimeout, s.poolTimeout()).toMillis());
    config.setValidationTimeout(Math.max(250, Math.min(5000, callTimeout.toMillis() / 2)));
    // Opening the store does not wait for the server.
    config.setInitializationFailTimeout(-1);
    config.setAutoCommit(false);
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    config.setDataSourceProperties(
        s.dialect().driverProperties(Math.max(30_000, 2 * callTimeout.toMillis())));
    return config;
  }

  /** A password that was changed in its file is found at the next connection. */
  private static final class RefreshedPool extends HikariDataSource {
    private final Optional<Secret> username;
    private final Optional<Secret> password;

    RefreshedPool(HikariConfig config, JdbcSettings s) {
      this.username = s.username();
      this.password = s.password();
      config.copyStateTo(this);
    }

    @Override
    public Credentials getCredentials() {
      return Credentials.of(
          username == null ? null : username.map(Secret::reveal).orElse(null),
          password == null ? null : password.map(Secret::reveal).orElse(null));
    }
  }

  /**
   * Does the work in a transaction and commits it. The work is done again from its beginning where
   * the database took all of it back: a deadlock, a serialization failure.
   *
   * @throws BusException our kind for whatever the database says; a {@link
   *     io.postbus.spi.ConnectionException} leaves open whether the work was committed
   */
  <T> T transaction(Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(work);
      } catch (SQLException e) {
        if (closed) {
          throw new ClosedException("The store");
        }
        if (attempt == ATTEMPTS || !JdbcErrors.repeatable(e)) {
          throw JdbcErrors.translate(e);
        }
        LockSupport.parkNanos(this, PAUSE_NANOS << attempt);
      }
    }
  }

  void check() {
    if (closed) {
      throw new ClosedException("The store");
    }
  }

  private <T> T once(Work<T> work) throws SQLException {
    check();
    try (Connection c = pool.getConnection()) {
      try {
        T result = work.on(c);
        c.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        rollback(c, e);
        throw e;
      }
    }
  }

  private static void rollback(Connection c, Exception cause) {
    try {
      c.rollback();
    } catch (SQLException lost) {
      cause.addSuppressed(lost);
    }
  }

  @Override
  public void close() {
    closed = true;
    pool.close();
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}

package io.postbus.store.jdbc;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The way to a namespace's part of the tables. The first call makes or checks them; if it cannot,
 * the next one tries again. Thread-safe.
 */
final class Access {
  /** What is done with a namespace's part of the tables. */
  interface Work<T> {
    T on(Connection c, Space space) throws SQLException;
  }

  private final Database database;
  private final Tables tables;
  private final String namespace;
  private final int shards;
  private final Runnable requirement;
  private final ReentrantLock opening = new ReentrantLock();
  private volatile @Nullable Space space;
  private volatile long packet = Long.MAX_VALUE;

  /**
   * The way to a namespace.
   *
   * @param shards how many a new namespace has, and one that exists must have
   * @param requirement returns once the tables are as they have to be
   */
  Access(Database database, Tables tables, String namespace, int shards, Runnable requirement) {
    this.database = database;
    this.tables = tables;
    this.namespace = namespace;
    this.shards = shards;
    this.requirement = requirement;
  }

  /** The way to what belongs to no namespace, before anything is checked. */
  static Access ofTables(Database database, Tables tables) {
    Access access = new Access(database, tables, "", 0, () -> {});
    access.space = new Space(0, 0);
    return access;
  }

  Tables tables() {
    return tables;
  }

  Dialect dialect() {
    return database.settings().dialect();
  }

  int shards() {
    return shards;
  }

  /** How many bytes a statement may have at most; known once something has been done. */
  long packet() {
    return packet;
  }

  private long packetLimit() {
    String sql = dialect().packetLimit().orElse("");
    return sql.isEmpty()
        ? Long.MAX_VALUE
        : database.read(c -> Sql.row(c, sql, r -> r.getLong(1))).orElse(Long.MAX_VALUE);
  }

  /** Whether the tables have been made or checked. */
  boolean open() {
    return space != null;
  }

  <T> T write(Work<T> work) {
    Space s = space();
    return database.write(c -> work.on(c, s));
  }

  <T> T read(Work<T> work) {
    Space s = space();
    return database.read(c -> work.on(c, s));
  }

  /** Does the work in the caller's transaction, which is neither committed nor rolled back. */
  <T> T within(Connection transaction, Work<T> work) {
    space();
    try {
      if (transaction.getAutoCommit()) {
        throw new IllegalArgumentException(
            "The connection is in auto-commit mode: begin a transaction first");
      }
      return work.on(transaction, spaceThrough(transaction));
    } catch (SQLException e) {
      throw database.translate(e);
    }
  }

  /** Another database may have the tables too, and another number for the namespace. */
  private Space spaceThrough(Connection c) throws SQLException {
    try {
      return Space.find(c, tables, namespace).orElseThrow(() -> elsewhere(null));
    } catch (SQLException e) {
      if (JdbcErrors.missingTable(e)) {
        throw elsewhere(e);
      }
      throw e;
    }
  }

  private ConfigurationException elsewhere(@Nullable SQLException cause) {
    return new ConfigurationException(
        "The connection leads to a database in which the namespace \"%s\" has no store: use a connection to %s, or have the store in that database"
            .formatted(namespace, database.settings().place()),
        cause);
  }

  private Space space() {
    Space known = space;
    return known == null ? opened() : known;
  }

  private Space opened() {
    try {
      if (!opening.tryLock(database.limit().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new ConnectionException("The store is still being opened", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectionException("Interrupted while the store is being opened", e);
    }
    try {
      Space known = space;
      if (known == null) {
        requirement.run();
        packet = packetLimit();
        known = database.write(c -> Space.findOrAdd(c, tables, namespace, shards));
        space = known;
      }
      return known;
    } finally {
      opening.unlock();
    }
  }
}

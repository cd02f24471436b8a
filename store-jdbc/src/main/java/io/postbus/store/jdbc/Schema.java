package io.postbus.store.jdbc;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Lease;
import io.postbus.spi.StoreSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the tables and changes them, one node at a time. Thread-safe. */
final class Schema implements StoreSchema {
  private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
  private static final String LEASE = "schema";
  private static final Duration TTL = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(50);

  private final Database database;
  private final Tables tables;
  private final String node;
  private final String place;
  private final JdbcLeaseStore leases;

  Schema(Database database, Tables tables, String node) {
    this.database = database;
    this.tables = tables;
    this.node = node;
    this.place = database.settings().place();
    this.leases = new JdbcLeaseStore(Access.ofTables(database, tables));
  }

  @Override
  public String script() {
    List<String> all = new ArrayList<>(tables.basis());
    for (int version = 1; version <= Tables.VERSION; version++) {
      all.addAll(tables.step(version));
    }
    all.add("INSERT INTO %s (id, version) VALUES (1, %d)".formatted(tables.schema, Tables.VERSION));
    return String.join(";\n\n", all) + ";\n";
  }

  @Override
  public int needed() {
    return Tables.VERSION;
  }

  @Override
  public int present() {
    String sql = "SELECT version FROM " + tables.schema + " WHERE id = 1";
    return database.read(
        c -> {
          try {
            return Sql.row(c, sql, r -> r.getInt(1)).orElse(0);
          } catch (SQLException e) {
            if (!JdbcErrors.missingTable(e)) {
              throw e;
            }
            c.rollback();
            return 0;
          }
        });
  }

  /** Sees to it, as far as the settings allow, that the tables are as this version needs them. */
  void require(JdbcSettings.Migrate how) {
    int present = how == JdbcSettings.Migrate.OFF ? Tables.VERSION : present();
    if (present < Tables.VERSION && how == JdbcSettings.Migrate.AUTO) {
      migrate();
    } else if (present != Tables.VERSION) {
      throw wrong(present);
    }
  }

  private ConfigurationException wrong(int present) {
    String is = "The store's tables in %s are of version %d, this Postbus needs version %d";
    return new ConfigurationException(
        (present == 0 ? "The store's tables are not in " + place : is)
                .formatted(place, present, Tables.VERSION)
            + (present > Tables.VERSION
                ? ": run the Postbus that made them, or a newer one"
                : ": run postbus db migrate or what postbus db schema prints, or set migrate: auto"),
        null);
  }

  @Override
  public void migrate() {
    makeAll(tables.basis());
    long end = System.nanoTime() + database.limit().toNanos();
    while (present() < Tables.VERSION) {
      Optional<Lease> lease = leases.acquire(LEASE, node, TTL);
      if (lease.isPresent()) {
        migrate(lease.get());
      } else if (System.nanoTime() - end > 0 || Thread.currentThread().isInterrupted()) {
        throw new ConnectionException("Another node is still making the tables in " + place, null);
      } else {
        LockSupport.parkNanos(POLL.toNanos());
      }
    }
  }

  private void migrate(Lease lease) {
    try {
      for (int version = present() + 1; version <= Tables.VERSION; version++) {
        makeAll(tables.step(version));
        note(version);
        LOG.info("The store's tables in {} are of version {} now", place, version);
      }
    } finally {
      leases.release(lease);
    }
  }

  private void note(int version) {
    String update = "UPDATE " + tables.schema + " SET version = ? WHERE id = 1";
    String insert = "INSERT INTO " + tables.schema + " (version, id) VALUES (?, 1)";
    database.write(c -> Sql.update(c, update, version) > 0 || Sql.update(c, insert, version) > 0);
  }

  private void makeAll(List<String> statements) {
    for (String statement : statements) {
      database.write(c -> make(c, statement));
    }
  }

  private static int make(Connection c, String statement) throws SQLException {
    try {
      return Sql.update(c, statement);
    } catch (SQLException e) {
      // PostgreSQL looks whether a table is there before it locks anything.
      throw JdbcErrors.madeMeanwhile(e) ? JdbcErrors.overtaken() : e;
    }
  }

  @Override
  public void close() {
    database.close();
  }
}

package io.postbus.store.jdbc;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Lease;
import io.postbus.spi.StoreContext;
import io.postbus.spi.StoreSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
  private static final int ATTEMPTS = 20;

  private final Database database;
  private final Tables tables;
  private final String node;
  private final JdbcLeaseStore leases;

  Schema(Database database, Tables tables, String node) {
    this.database = database;
    this.tables = tables;
    this.node = node;
    this.leases = new JdbcLeaseStore(Access.ofTables(database, tables));
  }

  /** With connections of its own. */
  static Schema of(JdbcSettings settings, StoreContext context) {
    Tables tables = new Tables(settings.tablePrefix(), settings.dialect());
    Database database = new Database(settings, context.node(), context.callTimeout());
    return new Schema(database, tables, context.node());
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
    return database.read(this::version);
  }

  private int version(Connection c) throws SQLException {
    String sql = "SELECT version FROM " + tables.schema + " WHERE id = 1";
    try (Statement s = c.createStatement()) {
      ResultSet row = s.executeQuery(sql);
      return row.next() ? row.getInt(1) : 0;
    } catch (SQLException e) {
      if (!JdbcErrors.missingTable(e)) {
        throw e;
      }
      c.rollback();
      return 0;
    }
  }

  /** Sees to it, as far as the settings allow, that the tables are as this version needs them. */
  void require(JdbcSettings.Migrate how) {
    if (how == JdbcSettings.Migrate.OFF) {
      return;
    }
    int present = present();
    if (present == Tables.VERSION) {
      return;
    }
    if (present < Tables.VERSION && how == JdbcSettings.Migrate.AUTO) {
      migrate();
    } else {
      throw wrong(present);
    }
  }

  private ConfigurationException wrong(int present) {
    String place = database.settings().place();
    String is =
        present == 0
            ? "The store's tables are not in " + place
            : "The store's tables in %s are of version %d, this Postbus needs %d"
                .formatted(place, present, Tables.VERSION);
    String fix =
        present > Tables.VERSION
            ? "run the Postbus that made them, or a newer one"
            : "run postbus db migrate or what postbus db schema prints, or set migrate: auto";
    return new ConfigurationException(is + ": " + fix, null);
  }

  @Override
  public void migrate() {
    makeBasis();
    long end = System.nanoTime() + database.limit().toNanos();
    while (present() < Tables.VERSION) {
      Optional<Lease> lease = leases.acquire(LEASE, node, TTL);
      if (lease.isPresent()) {
        migrate(lease.get());
      } else if (System.nanoTime() - end > 0 || Thread.currentThread().isInterrupted()) {
        throw new ConnectionException("Another node is still making the store's tables", null);
      } else {
        LockSupport.parkNanos(POLL.toNanos());
      }
    }
  }

  private void migrate(Lease lease) {
    try {
      int present = present();
      for (int version = present + 1; version <= Tables.VERSION; version++) {
        for (String statement : tables.step(version)) {
          database.write(c -> execute(c, statement));
          leases.renew(lease, TTL);
        }
        int reached = version;
        database.write(c -> note(c, reached));
        LOG.info("Made the store's tables in {}, version {}", database.settings().place(), reached);
      }
    } finally {
      leases.release(lease);
    }
  }

  private boolean note(Connection c, int version) throws SQLException {
    String update = "UPDATE " + tables.schema + " SET version = ? WHERE id = 1";
    String insert = "INSERT INTO " + tables.schema + " (version, id) VALUES (?, 1)";
    return update(c, update, version) || update(c, insert, version);
  }

  private static boolean update(Connection c, String sql, int version) throws SQLException {
    try (PreparedStatement ps = c.prepareStatement(sql)) {
      ps.setInt(1, version);
      return ps.executeUpdate() > 0;
    }
  }

  private void makeBasis() {
    if (database.settings().embedded()) {
      // What is longer than this lies apart, which makes it slow.
      database.write(c -> execute(c, "SET MAX_LENGTH_INPLACE_LOB 1000000"));
    }
    for (String statement : tables.basis()) {
      database.write(c -> execute(c, statement));
    }
  }

  private static boolean execute(Connection c, String sql) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try (Statement s = c.createStatement()) {
        return s.execute(sql);
      } catch (SQLException e) {
        // PostgreSQL looks whether a table is there before it locks anything.
        if (attempt == ATTEMPTS || !JdbcErrors.madeMeanwhile(e)) {
          throw e;
        }
        c.rollback();
      }
    }
  }

  @Override
  public void close() {
    database.close();
  }
}

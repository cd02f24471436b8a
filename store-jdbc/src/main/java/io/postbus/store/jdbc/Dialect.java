package io.postbus.store.jdbc;

import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What differs between databases. */
enum Dialect {
  /** MySQL from 8.0 and MariaDB from 10.6 on, by MySQL's driver or MariaDB's. */
  MYSQL("mysql-connector-j or mariadb-java-client", "jdbc:(mysql|mariadb):.*"),
  /** From 12 on. */
  POSTGRESQL("postgresql", "jdbc:postgresql:.*"),
  /** From 2.5 on. */
  H2("h2", "jdbc:h2:.*");

  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final String driver;
  private final Pattern url;

  Dialect(String driver, String url) {
    this.driver = driver;
    this.url = Pattern.compile(url);
  }

  static Optional<Dialect> of(String url) {
    return Stream.of(values()).filter(d -> d.url.matcher(url).matches()).findFirst();
  }

  /** The names of the libraries that bring a driver. */
  String driver() {
    return driver;
  }

  /** 16 bytes that sort as an unsigned number. */
  String slotType() {
    return this == POSTGRESQL ? "BYTEA" : "BINARY(16)";
  }

  /** Up to 255 bytes of text, compared byte by byte. */
  String idType() {
    // No collation of both MySQL and MariaDB tells texts apart by the blanks at their ends.
    return this == MYSQL ? "VARBINARY(255)" : "VARCHAR(255)";
  }

  String bytesType() {
    return this == MYSQL ? "LONGBLOB" : this == POSTGRESQL ? "BYTEA" : "VARBINARY(1000000000)";
  }

  String textType() {
    return this == MYSQL ? "LONGTEXT" : this == POSTGRESQL ? "TEXT" : "VARCHAR(1000000)";
  }

  /** What stands behind the columns of a new table. */
  String tableOptions() {
    return this == MYSQL ? " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin" : "";
  }

  /** Whether a table's indexes are made with it: where no statement passes over one that exists. */
  boolean indexesInTable() {
    return this == MYSQL;
  }

  /** The database's clock in microseconds since 1970. */
  String nowMicros() {
    return switch (this) {
      // Not UNIX_TIMESTAMP(NOW()): the session's time zone has an hour that comes twice a year.
      case MYSQL -> "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6))";
      case POSTGRESQL -> "CAST(EXTRACT(EPOCH FROM statement_timestamp()) * 1000000 AS BIGINT)";
      case H2 -> "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000000 AS BIGINT)";
    };
  }

  /**
   * What stands behind an INSERT so that it passes over rows whose key is taken; empty where there
   * is no such thing and the statement fails as a whole.
   *
   * @param key a column of the key
   */
  String passingOver(String table, String key) {
    return switch (this) {
      // Not INSERT IGNORE, which would also cut what is too long.
      case MYSQL -> " ON DUPLICATE KEY UPDATE " + key + " = " + table + "." + key;
      case POSTGRESQL -> " ON CONFLICT DO NOTHING";
      case H2 -> "";
    };
  }

  /**
   * What stands behind an INSERT of one row whose number of rows tells whether it was added; empty
   * where a taken key is an error that leaves the transaction as it was.
   */
  String surviving() {
    return this == POSTGRESQL ? " ON CONFLICT DO NOTHING" : "";
  }

  /**
   * Removes many rows of a shard, in the order of their slots, with a statement that says how many
   * there were; empty where a batch of single ones is as quick or nothing promises the order. The
   * slots' marks are left open.
   */
  String deleteThese(String table) {
    return this == MYSQL
        ? "DELETE e FROM " + table + " e FORCE INDEX (PRIMARY) WHERE e.shard = ? AND e.slot IN (%s)"
        : "";
  }

  /** Stands behind a table's name where rows are found by many keys: no statistics mislead it. */
  String byKey() {
    return this == MYSQL ? " FORCE INDEX (PRIMARY)" : "";
  }

  /** Asks for the bytes that a statement may have; empty where there is no limit to speak of. */
  Optional<String> packetLimit() {
    return this == MYSQL ? Optional.of("SELECT @@max_allowed_packet") : Optional.empty();
  }

  /** Ends the wait for somebody else's lock before the driver gives up the connection. */
  String limitLockWaits(Duration limit) {
    return switch (this) {
      case MYSQL -> "SET SESSION innodb_lock_wait_timeout = " + Math.max(1, limit.toSeconds());
      case POSTGRESQL -> "SET lock_timeout = " + limit.toMillis();
      case H2 -> "SET LOCK_TIMEOUT " + limit.toMillis();
    };
  }

  /** What the driver has to be told: for batches whose counts can be trusted, and for limits. */
  Properties driverProperties(String url, Duration answer) {
    Properties p = new Properties();
    switch (this) {
      case MYSQL -> {
        // With bulk statements MariaDB's driver has one count for all of them.
        p.setProperty("useBulkStmts", "false");
        p.setProperty("rewriteBatchedStatements", "true");
        p.setProperty("cachePrepStmts", "true");
        p.setProperty("prepStmtCacheSqlLimit", "16384");
        p.setProperty("socketTimeout", Long.toString(answer.toMillis()));
        p.setProperty("connectTimeout", Long.toString(CONNECT.toMillis()));
      }
      case POSTGRESQL -> {
        p.setProperty("socketTimeout", Long.toString(Math.max(1, answer.toSeconds())));
        p.setProperty("connectTimeout", Long.toString(CONNECT.toSeconds()));
        p.setProperty("tcpKeepAlive", "true");
      }
      case H2 -> {
        // A commit is written when it returns; by default half a second later.
        p.setProperty("WRITE_DELAY", "0");
        // The file is synchronised after each commit, so that what was freed may soon be used
        // again.
        p.setProperty("RETENTION_TIME", "1000");
        // Its own log, of errors that are expected here: taken keys.
        p.setProperty("TRACE_LEVEL_FILE", "0");
        // What the address says itself must not be said again.
        p.keySet().removeIf(key -> JdbcSettings.contains(url, key + "="));
      }
    }
    return p;
  }
}

package io.postbus.store.jdbc;

import java.util.Optional;
import java.util.Properties;

/** What differs between databases. */
enum Dialect {
  /** MySQL from 8.0 and MariaDB from 10.6 on, by MySQL's driver. */
  MYSQL("jdbc:mysql:"),
  /** The same by MariaDB's driver. */
  MARIADB("jdbc:mariadb:"),
  /** From 12 on. */
  POSTGRESQL("jdbc:postgresql:"),
  /** From 2.2 on. */
  H2("jdbc:h2:");

  private final String scheme;

  Dialect(String scheme) {
    this.scheme = scheme;
  }

  static Optional<Dialect> of(String url) {
    for (Dialect d : values()) {
      if (url.startsWith(d.scheme)) {
        return Optional.of(d);
      }
    }
    return Optional.empty();
  }

  private boolean mysql() {
    return this == MYSQL || this == MARIADB;
  }

  /** 16 bytes that sort as an unsigned number. */
  String slotType() {
    return this == POSTGRESQL ? "BYTEA" : "BINARY(16)";
  }

  String bytesType() {
    return mysql() ? "LONGBLOB" : this == POSTGRESQL ? "BYTEA" : "BLOB";
  }

  String textType() {
    return mysql() ? "LONGTEXT" : this == POSTGRESQL ? "TEXT" : "VARCHAR(1000000)";
  }

  /** A number that the database gives. */
  String identityType() {
    return mysql() ? "INT NOT NULL AUTO_INCREMENT" : "INT GENERATED ALWAYS AS IDENTITY NOT NULL";
  }

  /** What stands behind the columns of a new table. Names compare byte by byte everywhere. */
  String tableOptions() {
    return mysql() ? " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin" : "";
  }

  /** The database's clock, in microseconds since 1970. */
  String nowMicros() {
    return switch (this) {
      // Not UNIX_TIMESTAMP(NOW()): the session's time zone has an hour twice a year that is none.
      case MYSQL, MARIADB ->
          "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6))";
      case POSTGRESQL -> "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";
      case H2 -> "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000000 AS BIGINT)";
    };
  }

  /**
   * Inserts rows but those whose key is taken.
   *
   * @param key one of the key's columns
   */
  String insertMissing(String table, String columns, String rows, String key) {
    String insert = "INSERT INTO " + table + " (" + columns + ") VALUES " + rows;
    return mysql()
        ? insert + " ON DUPLICATE KEY UPDATE " + key + " = " + table + "." + key
        : insert + " ON CONFLICT DO NOTHING";
  }

  /** Whether a statement that meets a taken key leaves the transaction as it was. */
  boolean survivesDuplicates() {
    return this != POSTGRESQL;
  }

  /** Whether it knows statements that insert what is missing and pass over the rest. */
  boolean insertsMissing() {
    return this != H2;
  }

  /** What the driver has to be told for batches whose counts can be trusted, and for limits. */
  Properties driverProperties(long socketTimeoutMillis) {
    Properties p = new Properties();
    String millis = Long.toString(socketTimeoutMillis);
    switch (this) {
      case MYSQL -> {
        p.setProperty("rewriteBatchedStatements", "true");
        p.setProperty("socketTimeout", millis);
        p.setProperty("connectTimeout", "10000");
      }
      case MARIADB -> {
        // With bulk statements the server tells one count for all of them.
        p.setProperty("useBulkStmts", "false");
        p.setProperty("socketTimeout", millis);
        p.setProperty("connectTimeout", "10000");
      }
      case POSTGRESQL -> {
        p.setProperty("socketTimeout", Long.toString(Math.max(1, socketTimeoutMillis / 1000)));
        p.setProperty("connectTimeout", "10");
        p.setProperty("tcpKeepAlive", "true");
      }
      case H2 -> {
        // A commit is in the file when it returns; by default it is half a second later.
        p.setProperty("WRITE_DELAY", "0");
        p.setProperty("DB_CLOSE_ON_EXIT", "FALSE");
      }
      default -> throw new IllegalStateException(name());
    }
    return p;
  }
}

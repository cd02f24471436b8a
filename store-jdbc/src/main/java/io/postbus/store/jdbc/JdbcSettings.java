package io.postbus.store.jdbc;

import io.postbus.spi.Secret;
import io.postbus.spi.Settings;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the section {@code store} says of a database.
 *
 * @param username read anew for each connection, as is the password
 * @param poolMax how many connections this process opens at most
 * @param poolTimeout how long to wait for one of them
 * @param tablePrefix in front of every table's name
 * @param keepFree how many bytes of an embedded file's disk are left to others
 */
record JdbcSettings(
    String url,
    Optional<Secret> username,
    Optional<Secret> password,
    int poolMax,
    Duration poolTimeout,
    Migrate migrate,
    String tablePrefix,
    long keepFree) {

  /** Who makes and changes the tables. */
  enum Migrate {
    /** The store, when it is first used. */
    AUTO,
    /** Somebody else; the store checks that they are as it needs them. */
    VERIFY,
    /** Somebody else; the store takes them for granted. */
    OFF
  }

  /** A file that the processes of this machine share, and that an interrupt does not close. */
  static final String EMBEDDED = "jdbc:h2:async:./postbus-data/postbus;AUTO_SERVER=TRUE";

  private static final long KEEP_FREE = 50_000_000;
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_]{0,30}");
  private static final Pattern PASSWORD =
      Pattern.compile("//[^/?]*@|[?&;]password=", Pattern.CASE_INSENSITIVE);
  private static final Pattern PRIVATE_MEMORY = Pattern.compile("jdbc:h2:mem:(;.*)?");

  /** Reads every key, noting every problem. */
  static JdbcSettings read(Settings s) {
    Settings pool = s.section("pool");
    return new JdbcSettings(
        s.scalar("url", JdbcSettings::url).orElse(EMBEDDED),
        s.secret("username"),
        s.secret("password"),
        pool.integer("max", 8, 2, 1000),
        pool.duration(
            "timeout", Duration.ofSeconds(10), Duration.ofMillis(250), Duration.ofMinutes(5)),
        s.choice("migrate", Migrate.AUTO),
        s.scalar("table-prefix", JdbcSettings::prefix).orElse("postbus_"),
        s.size("keep-free", KEEP_FREE));
  }

  Dialect dialect() {
    return Dialect.of(url).orElseThrow();
  }

  /** The database's address, without what may be said of it beyond that. */
  String place() {
    return url.split("[?;]", 2)[0];
  }

  /** Whether it is in the memory of this process alone. */
  boolean inMemory() {
    return url.startsWith("jdbc:h2:mem:");
  }

  /** Whether processes on other machines reach it. */
  boolean remote() {
    return dialect() != Dialect.H2
        || url.startsWith("jdbc:h2:tcp:")
        || url.startsWith("jdbc:h2:ssl:");
  }

  /** Whether it is a file of this machine. */
  boolean embedded() {
    return !inMemory() && !remote();
  }

  /** Whether other processes of this machine reach it. */
  boolean shared() {
    return remote() || contains(url, "AUTO_SERVER=TRUE");
  }

  static boolean contains(String url, String option) {
    return url.toUpperCase(Locale.ROOT).contains(option);
  }

  private static String url(String url) {
    if (PASSWORD.matcher(url).find()) {
      throw new IllegalArgumentException(
          "holds a user or a password, which then shows in logs: put them under username and"
              + " password");
    }
    Dialect dialect = Dialect.of(url).orElse(null);
    if (dialect == null) {
      throw new IllegalArgumentException(
          "must begin with jdbc:mysql:, jdbc:mariadb:, jdbc:postgresql: or jdbc:h2:");
    }
    if (PRIVATE_MEMORY.matcher(url).matches()) {
      throw new IllegalArgumentException("needs a name behind jdbc:h2:mem:");
    }
    try {
      DriverManager.getDriver(url);
    } catch (SQLException e) {
      throw new IllegalArgumentException(
          "needs a driver that is not on the class path: add " + dialect.driver(), e);
    }
    return url;
  }

  private static String prefix(String text) {
    if (!PREFIX.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "is \"" + text + "\", must be at most 30 letters, digits and underscores");
    }
    return text;
  }
}

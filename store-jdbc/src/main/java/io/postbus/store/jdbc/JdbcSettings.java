package io.postbus.store.jdbc;

import io.postbus.spi.Secret;
import io.postbus.spi.Settings;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the section {@code store} says of a database.
 *
 * @param dialect as the address says
 * @param username read anew for each connection, as is the password
 * @param poolMax how many connections this process opens at most
 * @param tablePrefix in front of every table's name
 */
record JdbcSettings(
    Secret url,
    Dialect dialect,
    Optional<Secret> username,
    Optional<Secret> password,
    int poolMax,
    Duration poolTimeout,
    Migrate migrate,
    String tablePrefix) {

  /** Who makes and changes the tables. */
  enum Migrate {
    /** The store, when it is first used. */
    AUTO,
    /** Somebody else; the store checks that they are as it needs them. */
    VERIFY,
    /** Somebody else; the store takes them for granted. */
    OFF
  }

  /** A file that the processes of this machine share, written at every commit. */
  static final String EMBEDDED = "jdbc:h2:file:./postbus-data/postbus;AUTO_SERVER=TRUE";

  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_]{0,30}");

  /** Reads every key, noting every problem. */
  static JdbcSettings read(Settings s) {
    Secret url = s.secret("url").orElse(Secret.of(EMBEDDED));
    Settings pool = s.section("pool");
    return new JdbcSettings(
        url,
        dialect(s, url),
        s.secret("username"),
        s.secret("password"),
        pool.integer("max", 8, 2, 1000),
        pool.duration("timeout", Duration.ofSeconds(10), Duration.ofMillis(250), Duration.ofMinutes(5)),
        s.choice("migrate", Migrate.AUTO),
        s.scalar("table-prefix", JdbcSettings::prefix).orElse("postbus_"));
  }

  /** Whether it is in the memory of this process alone. */
  boolean inMemory() {
    return url.reveal().startsWith("jdbc:h2:mem:");
  }

  /** Whether processes on other machines reach it. */
  boolean remote() {
    String address = url.reveal();
    return dialect != Dialect.H2
        || address.startsWith("jdbc:h2:tcp:")
        || address.startsWith("jdbc:h2:ssl:");
  }

  /** Whether other processes on this machine reach it. */
  boolean shared() {
    return remote() || url.reveal().toUpperCase(Locale.ROOT).contains("AUTO_SERVER=TRUE");
  }

  private static Dialect dialect(Settings s, Secret url) {
    Optional<Dialect> dialect = Dialect.of(url.reveal());
    if (dialect.isEmpty()) {
      // Not shown: people put passwords into addresses.
      s.problem(
          "url",
          "must begin with jdbc:mysql:, jdbc:mariadb:, jdbc:postgresql: or jdbc:h2:");
    }
    return dialect.orElse(Dialect.H2);
  }

  private static String prefix(String text) {
    if (!PREFIX.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "is \"" + text + "\", must be at most 30 letters, digits and underscores");
    }
    return text;
  }
}

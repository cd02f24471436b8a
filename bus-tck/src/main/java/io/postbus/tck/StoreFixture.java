package io.postbus.tck;

import io.postbus.spi.StoreProvider;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** What the contract needs to know of a store, written by its author. Opened once for all. */
public interface StoreFixture extends AutoCloseable {
  StoreProvider provider();

  /** Settings that lead to one and the same backend: a new map, the caller's to change. */
  Map<String, Object> settings();

  /** For settings that the store has, a value that it must refuse, by key. */
  Map<String, Object> invalidSettings();

  /** Texts of {@link #settings} that must never be shown: passwords. */
  Set<String> secrets();

  /**
   * A connection of the application's own to the database that has the store's tables, in a
   * transaction. Asked for only if the store declares {@code TRANSACTIONAL}.
   */
  default Connection transaction() throws SQLException {
    throw new SQLException("The store declares no transactions");
  }

  /** How long to wait for what has to happen before it counts as not happening. */
  default Duration patience() {
    return Duration.ofSeconds(30);
  }

  /** How many entries fall due in one millisecond. */
  default int volume() {
    return 100_000;
  }

  @Override
  void close();
}

package io.postbus.runtime.connect;

/** Hears of connections. Called on drivers' threads, too: returns at once. Thread-safe. */
public interface ConnectionEvents {
  /** Hears nothing. */
  ConnectionEvents NONE = new ConnectionEvents() {};

  /** A connection is used from now on; its broker may not be there yet. */
  default void opened(Connection connection) {}

  /** A connection that was lost is back. */
  default void reconnected(String name) {}
}

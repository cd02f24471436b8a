package io.postbus.spi;

/** What not every store can do. */
public enum StoreCapability {
  /** Shared by the processes of one machine. */
  SHARED_MACHINE,
  /** Shared by processes on any machine; includes the former. */
  SHARED,
  /** Writes entries and marks in the caller's JDBC transaction. */
  TRANSACTIONAL
}

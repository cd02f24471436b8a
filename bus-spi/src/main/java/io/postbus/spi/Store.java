package io.postbus.spi;

import java.time.Instant;
import java.util.Set;

/**
 * Where everything that waits is kept, with the leases, the marks of what is done and the registry
 * of groups. Thread-safe, and so are its parts. Every call blocks for one round trip or a few, and
 * throws {@link ConnectionException} when the server cannot be reached in time, {@link
 * StoreException} for other failures, {@link ClosedException} after close.
 */
public interface Store extends AutoCloseable {
  Durability durability();

  Set<StoreCapability> capabilities();

  DelayStore delays();

  LeaseStore leases();

  DedupStore dedup();

  GroupRegistry groups();

  /** The time by the store's own clock, by which all its entries and leases are judged. */
  Instant now();

  /** Idempotent; within 5 s. */
  @Override
  void close();
}

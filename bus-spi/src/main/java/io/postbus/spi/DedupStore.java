package io.postbus.spi;

import java.sql.Connection;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;

/** Which messages a group has completed. At most 500 ids a call. */
public interface DedupStore {
  /** Those of the ids that are marked. */
  Set<String> completed(String group, Collection<String> ids);

  /** Marks the ids until {@code keepUntil} at least; repeating it does no harm. */
  void complete(String group, Collection<String> ids, Instant keepUntil);

  /** Takes the marks of the ids away; those that have none do no harm. */
  void forget(String group, Collection<String> ids);

  /**
   * Marks the id in the caller's transaction.
   *
   * @return false if it is marked already: its effects are in the database, skip them
   * @throws UnsupportedCapabilityException without {@link StoreCapability#TRANSACTIONAL}
   */
  boolean completeIn(Connection transaction, String group, String id, Instant keepUntil);
}

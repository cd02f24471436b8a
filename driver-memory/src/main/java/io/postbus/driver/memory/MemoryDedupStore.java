package io.postbus.driver.memory;

import io.postbus.spi.DedupStore;
import java.sql.Connection;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;

/** Marks in a map, gone when their time is over. Thread-safe. */
final class MemoryDedupStore implements DedupStore {
  private final MemoryStore store;
  private final Marks marks;

  MemoryDedupStore(MemoryStore store, Marks marks) {
    this.store = store;
    this.marks = marks;
  }

  @Override
  public Set<String> completed(String group, Collection<String> ids) {
    store.requireReachable();
    MemoryStore.bounded(ids.size());
    return marks.completed(group, ids);
  }

  @Override
  public void complete(String group, Collection<String> ids, Instant keepUntil) {
    store.requireReachable();
    MemoryStore.bounded(ids.size());
    marks.complete(group, ids, keepUntil);
  }

  @Override
  public void forget(String group, Collection<String> ids) {
    store.requireReachable();
    MemoryStore.bounded(ids.size());
    marks.forget(group, ids);
  }

  @Override
  public boolean completeIn(Connection transaction, String group, String id, Instant keepUntil) {
    throw MemoryStore.notTransactional();
  }
}

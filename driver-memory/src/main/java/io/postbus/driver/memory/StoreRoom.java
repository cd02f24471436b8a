package io.postbus.driver.memory;

import io.postbus.spi.StoreException;
import java.util.concurrent.atomic.AtomicLong;

/** How many more entries a store takes, over all shards. Thread-safe. */
final class StoreRoom {
  private final Limits limits;
  private final AtomicLong entries = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  StoreRoom(Limits limits) {
    this.limits = limits;
  }

  /**
   * Makes room for these, or for none.
   *
   * @throws StoreException if there is not enough
   */
  void reserve(int count, long size) {
    add(count, size);
    if (entries.get() > limits.capacity() || bytes.get() > limits.bytes()) {
      add(-count, -size);
      throw new StoreException(
          "The memory store is full, with " + limits + ": raise them, or use a store on disk",
          true,
          null);
    }
  }

  /** Notes what has come or gone without asking: a move passes on what is there already. */
  void add(int count, long size) {
    entries.addAndGet(count);
    bytes.addAndGet(size);
  }
}

package io.postbus.driver.memory;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What stores of the type {@code memory} share, from the inside, for tests: its faults.
 * Thread-safe. While a handle is open its contents stay.
 */
public final class MemoryStorage implements AutoCloseable {
  private final String shared;
  private final StoreData data;
  private final AtomicBoolean closed = new AtomicBoolean();

  private MemoryStorage(String shared, StoreData data) {
    this.shared = shared;
    this.data = data;
  }

  /** The storage of this name and namespace, made if there is none. */
  public static MemoryStorage named(String name, String namespace) {
    String shared = MemoryStore.shared(name, namespace);
    return new MemoryStorage(shared, StoreData.ALL.join(shared));
  }

  /** Makes every call of every store fail with a connection's exception, until {@link #start}. */
  public void stop() {
    data.stopped = true;
  }

  public void start() {
    data.stopped = false;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      StoreData.ALL.leave(shared);
    }
  }
}

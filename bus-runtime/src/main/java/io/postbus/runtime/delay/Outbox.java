package io.postbus.runtime.delay;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Slot;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts entries in callers' transactions, so that those of one key are in the order of the calls.
 * Blocking, on the calling thread; thread-safe.
 */
public final class Outbox {
  private final DelayStore store;
  private final OutboxOrder order;
  private final Consumer<Delayed> appeared;

  /**
   * An outbox.
   *
   * @param appeared is told of entries that may have become visible in the store
   */
  Outbox(DelayStore store, StoreClock clock, Consumer<Delayed> appeared) {
    this.store = store;
    this.order = new OutboxOrder(clock);
    this.appeared = appeared;
  }

  /** An entry that is due as soon as it is committed. */
  public Delayed now(Destination to, Message m, @Nullable String handle) {
    return entry(order.now(m.id(), to), to, m, handle);
  }

  /** An entry that is due after this time, whenever it is committed. */
  public Delayed after(Duration wait, Destination to, Message m, @Nullable String handle) {
    return entry(order.after(wait, m.id(), to), to, m, handle);
  }

  /** An entry that is due at this time. */
  public Delayed at(Instant due, Destination to, Message m, @Nullable String handle) {
    return entry(order.at(due, m.id(), to), to, m, handle);
  }

  /** Writes the entry in the transaction. Throws what the store throws. */
  public void put(Connection transaction, Delayed entry) {
    store.put(transaction, Slot.shard(entry.message(), store.shards()), List.of(entry));
  }

  /** The entry's transaction has committed. Returns at once. */
  public void committed(Delayed entry) {
    appeared.accept(entry);
  }

  private static Delayed entry(Slot slot, Destination to, Message m, @Nullable String handle) {
    return new Delayed(slot, Kind.OUTBOX, to, m, 1, handle, null);
  }
}

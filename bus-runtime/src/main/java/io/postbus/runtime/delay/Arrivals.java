package io.postbus.runtime.delay;

import io.postbus.spi.Delayed;
import io.postbus.spi.Signals;
import io.postbus.spi.Slot;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tells the owner of its shard that an entry is in the store: directly on this node, by a signal on
 * another one if it would not find it in time. Thread-safe.
 */
final class Arrivals implements AutoCloseable {
  private final EngineParts parts;
  private final ShardLeases leases;
  private final @Nullable Hints hints;

  Arrivals(EngineParts parts, ShardLeases leases, @Nullable Signals signals) {
    this.parts = parts;
    this.leases = leases;
    this.hints =
        signals == null ? null : new Hints(parts.settings().name(), signals, parts.timeline());
  }

  /** Begins to hear of what other nodes put for shards of this one. */
  void listen() {
    if (hints != null) {
      hints.listen(this::hinted);
    }
  }

  void arrived(Delayed entry) {
    int shard = Slot.shard(entry.message(), parts.store().shards());
    ShardOwner owner = leases.owner(shard);
    if (owner != null) {
      owner.offer(entry);
    } else if (hints != null && soon(entry.slot())) {
      hints.put(shard, entry.slot());
    }
  }

  /** A transaction that put the entry has committed, perhaps others before it: to be read. */
  void appeared(Delayed entry) {
    int shard = Slot.shard(entry.message(), parts.store().shards());
    ShardOwner owner = leases.owner(shard);
    if (owner != null) {
      owner.hint(entry.slot().due(), entry.slot().due());
    } else if (hints != null && soon(entry.slot())) {
      hints.put(shard, entry.slot());
    }
  }

  @Override
  public void close() {
    if (hints != null) {
      hints.close();
    }
  }

  private boolean soon(Slot slot) {
    return parts.clock().until(slot.due()).compareTo(parts.tempo().hintWithin()) < 0;
  }

  private void hinted(int shard, Instant from, Instant to) {
    ShardOwner owner = leases.owner(shard);
    if (owner != null) {
      owner.hint(from, to);
    }
  }
}

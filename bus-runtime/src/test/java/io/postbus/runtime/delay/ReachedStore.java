package io.postbus.runtime.delay;

import io.postbus.spi.DedupStore;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Durability;
import io.postbus.spi.GroupRegistry;
import io.postbus.spi.Lease;
import io.postbus.spi.LeaseStore;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import io.postbus.spi.StoreCapability;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One node's way to a store, which a test can cut, watch, and put things into the middle of. */
public final class ReachedStore implements Store, DelayStore, LeaseStore {
  private final Store store;
  private final Set<StoreCapability> capabilities;

  /** Thrown by every call while it is set. */
  public volatile @Nullable RuntimeException fault;

  /** Thrown by the renewal of leases while it is set. */
  volatile @Nullable RuntimeException leaseFault;

  /** Thrown by puts while it is set. */
  volatile @Nullable RuntimeException putFault;

  /** Runs after the store has moved entries, before the node learns of it. */
  volatile Runnable afterMove = () -> {};

  /** Hears the name of a lease before it is acquired. */
  volatile Consumer<String> beforeAcquire = name -> {};

  /** How much the store's clock is ahead of the timeline. */
  volatile Duration ahead = Duration.ZERO;

  private final AtomicInteger calls = new AtomicInteger();
  final AtomicInteger moveCalls = new AtomicInteger();
  final AtomicInteger putCalls = new AtomicInteger();

  public ReachedStore(Store store, StoreCapability... capabilities) {
    this.store = store;
    this.capabilities = Set.of(capabilities);
  }

  /** How often it was called. */
  public int callCount() {
    return calls.get();
  }

  private void reach() {
    calls.incrementAndGet();
    RuntimeException thrown = fault;
    if (thrown != null) {
      throw thrown;
    }
  }

  @Override
  public Durability durability() {
    return store.durability();
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return capabilities;
  }

  @Override
  public DelayStore delays() {
    return this;
  }

  @Override
  public LeaseStore leases() {
    return this;
  }

  @Override
  public DedupStore dedup() {
    return store.dedup();
  }

  @Override
  public GroupRegistry groups() {
    return store.groups();
  }

  @Override
  public Instant now() {
    reach();
    return store.now().plus(ahead);
  }

  @Override
  public void close() {}

  @Override
  public int shards() {
    return store.delays().shards();
  }

  @Override
  public void put(int shard, List<Delayed> entries) {
    reach();
    putCalls.incrementAndGet();
    RuntimeException thrown = putFault;
    if (thrown != null) {
      throw thrown;
    }
    store.delays().put(shard, entries);
  }

  @Override
  public void put(Connection transaction, int shard, List<Delayed> entries) {
    store.delays().put(transaction, shard, entries);
  }

  @Override
  public BitSet move(int shard, List<Move> moves) {
    reach();
    moveCalls.incrementAndGet();
    BitSet moved = store.delays().move(shard, moves);
    afterMove.run();
    reach();
    return moved;
  }

  @Override
  public List<Slot> slots(int shard, Slot after, Slot upTo, int limit) {
    reach();
    return store.delays().slots(shard, after, upTo, limit);
  }

  @Override
  public List<Delayed> get(int shard, Collection<Slot> slots) {
    reach();
    return store.delays().get(shard, slots);
  }

  @Override
  public List<Delayed> read(int shard, Slot after, Slot upTo, int limit) {
    reach();
    return store.delays().read(shard, after, upTo, limit);
  }

  @Override
  public Page find(DelayedQuery query, @Nullable String cursor, int limit) {
    reach();
    return store.delays().find(query, cursor, limit);
  }

  @Override
  public long count(DelayedQuery query) {
    reach();
    return store.delays().count(query);
  }

  @Override
  public Optional<Lease> acquire(String name, String owner, Duration ttl) {
    reach();
    beforeAcquire.accept(name);
    return store.leases().acquire(name, owner, ttl);
  }

  @Override
  public Optional<Lease> renew(Lease lease, Duration ttl) {
    reach();
    RuntimeException thrown = leaseFault;
    if (thrown != null) {
      throw thrown;
    }
    return store.leases().renew(lease, ttl);
  }

  @Override
  public void release(Lease lease) {
    reach();
    store.leases().release(lease);
  }

  @Override
  public List<Lease> list(String prefix) {
    reach();
    return store.leases().list(prefix);
  }
}

package io.postbus.driver.memory;

import io.postbus.spi.ClosedException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.DedupStore;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Durability;
import io.postbus.spi.GroupRegistry;
import io.postbus.spi.LeaseStore;
import io.postbus.spi.Settings;
import io.postbus.spi.Store;
import io.postbus.spi.StoreCapability;
import io.postbus.spi.StoreContext;
import io.postbus.spi.UnsupportedCapabilityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** One user of a store in this JVM. */
final class MemoryStore implements Store {
  private final String shared;
  private final StoreData data;
  private final InstantSource clock;
  private final DelayStore delays;
  private final LeaseStore leases;
  private final DedupStore dedup;
  private final GroupRegistry groups;
  private final AtomicBoolean closed = new AtomicBoolean();

  private MemoryStore(String shared, StoreData data, StoreData.Contents contents) {
    this.shared = shared;
    this.data = data;
    this.clock = contents.clock();
    this.delays = new MemoryDelayStore(this, contents.shards());
    this.leases = new MemoryLeaseStore(this, contents.leases());
    this.dedup = new MemoryDedupStore(this, contents.marks());
    this.groups = new MemoryGroupRegistry(this, contents.groups());
  }

  /** The store's settings. */
  record Chosen(String name, boolean keep, Limits limits) {
    static Chosen read(Settings settings) {
      return new Chosen(
          settings.text("name", MemorySettings.DEFAULT_NAME),
          settings.flag("keep", false),
          Limits.read(settings));
    }
  }

  static MemoryStore open(Chosen chosen, StoreContext context) {
    String shared = shared(chosen.name, context.namespace());
    StoreData data = StoreData.ALL.join(shared);
    try {
      var contents = data.open(context.shards(), chosen.limits, context.clock());
      if (chosen.keep) {
        StoreData.ALL.keep(shared);
      }
      return new MemoryStore(shared, data, contents);
    } catch (RuntimeException e) {
      StoreData.ALL.leave(shared);
      throw e;
    }
  }

  @Override
  public Durability durability() {
    return Durability.PROCESS;
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return Set.of();
  }

  @Override
  public DelayStore delays() {
    return delays;
  }

  @Override
  public LeaseStore leases() {
    return leases;
  }

  @Override
  public DedupStore dedup() {
    return dedup;
  }

  @Override
  public GroupRegistry groups() {
    return groups;
  }

  @Override
  public Instant now() {
    requireReachable();
    return clock.instant();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      StoreData.ALL.leave(shared);
    }
  }

  void requireReachable() {
    if (closed.get()) {
      throw new ClosedException("The memory store");
    }
    if (data.stopped) {
      throw new ConnectionException("The memory store is stopped by a test", null);
    }
  }

  /** The name by which the data is shared. */
  static String shared(String name, String namespace) {
    return namespace + '/' + name;
  }

  static void bounded(int batch) {
    if (batch > DelayStore.MAX_BATCH) {
      throw new IllegalArgumentException(
          "A call with " + batch + " items, at most " + DelayStore.MAX_BATCH + " are allowed");
    }
  }

  static UnsupportedCapabilityException notTransactional() {
    return new UnsupportedCapabilityException(
        "The store memory takes part in no transaction: use a store on the database, type: jdbc");
  }
}

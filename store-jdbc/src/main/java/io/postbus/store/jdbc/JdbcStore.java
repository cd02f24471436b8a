package io.postbus.store.jdbc;

import io.postbus.spi.DedupStore;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Durability;
import io.postbus.spi.GroupRegistry;
import io.postbus.spi.LeaseStore;
import io.postbus.spi.Store;
import io.postbus.spi.StoreCapability;
import io.postbus.spi.StoreContext;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/** The store on one database. */
final class JdbcStore implements Store {
  private final JdbcSettings settings;
  private final Database database;
  private final DelayStore delays;
  private final LeaseStore leases;
  private final DedupStore dedup;
  private final GroupRegistry groups;
  private final Cleaner cleaner;

  JdbcStore(JdbcSettings settings, StoreContext context) {
    this.settings = settings;
    this.database = new Database(settings, context.node(), context.callTimeout());
    Tables tables = new Tables(settings.tablePrefix(), settings.dialect());
    Schema schema = new Schema(database, tables, context.node());
    Access access =
        new Access(
            database,
            tables,
            context.namespace(),
            context.shards(),
            () -> schema.require(settings.migrate()));
    this.delays = new JdbcDelayStore(access);
    this.leases = new JdbcLeaseStore(access);
    this.dedup = new JdbcDedupStore(access);
    this.groups = new JdbcGroupRegistry(access);
    this.cleaner = new Cleaner(database, access, context.node());
  }

  @Override
  public Durability durability() {
    return settings.inMemory() ? Durability.PROCESS : Durability.DURABLE;
  }

  @Override
  public Set<StoreCapability> capabilities() {
    EnumSet<StoreCapability> all = EnumSet.of(StoreCapability.TRANSACTIONAL);
    if (settings.shared()) {
      all.add(StoreCapability.SHARED_MACHINE);
    }
    if (settings.remote()) {
      all.add(StoreCapability.SHARED);
    }
    return all;
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
    return database.now();
  }

  @Override
  public void close() {
    cleaner.close();
    database.close();
  }
}

package io.postbus.driver.redisstream;

import io.postbus.spi.DedupStore;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Durability;
import io.postbus.spi.GroupRegistry;
import io.postbus.spi.LeaseStore;
import io.postbus.spi.Store;
import io.postbus.spi.StoreCapability;
import io.postbus.spi.StoreContext;
import io.postbus.spi.UnsupportedCapabilityException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;

/** What waits, on one Redis or a cluster. Thread-safe. */
final class RedisStore implements Store {
  private static final int MICROS = 1_000;

  private final StoreAccess access;
  private final DelayStore delays;
  private final LeaseStore leases;
  private final DedupStore dedup;
  private final GroupRegistry groups;

  RedisStore(RedisAccess server, StoreContext context) {
    this.access = new StoreAccess(server, context);
    this.delays = new RedisDelayStore(access);
    this.leases = new RedisLeaseStore(access);
    this.dedup = new RedisDedupStore(access);
    this.groups = new RedisGroupRegistry(access);
  }

  /** As durable as an append-only file that is synced once a second, and asynchronous replicas. */
  @Override
  public Durability durability() {
    return Durability.RELAXED;
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return Set.of(StoreCapability.SHARED_MACHINE, StoreCapability.SHARED);
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
    List<?> time =
        access.call(
            "Asking for the time",
            client -> (List<?>) client.executeCommand(new CommandArguments(Protocol.Command.TIME)));
    long seconds = Long.parseLong(RedisNames.text((byte[]) time.get(0)));
    long micros = Long.parseLong(RedisNames.text((byte[]) time.get(1)));
    return Instant.ofEpochSecond(seconds, micros * MICROS);
  }

  static UnsupportedCapabilityException notTransactional() {
    return new UnsupportedCapabilityException(
        "The store on Redis cannot write in a transaction of a database; take a store of type jdbc");
  }

  @Override
  public void close() {
    access.close();
  }
}

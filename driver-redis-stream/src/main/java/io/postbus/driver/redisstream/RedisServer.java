package io.postbus.driver.redisstream;

import io.postbus.spi.ConnectionException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * The server, or cluster, as it was found at one moment: a pooled client for calls, and the address
 * of the node that has a key. Thread-safe. When it moves, a new one is found.
 */
final class RedisServer implements AutoCloseable {
  private static final int POOL = 16;
  private static final int ATTEMPTS = 3;

  private final RedisAccess access;
  private final UnifiedJedis client;
  private final HostAndPort address;

  /** Where the slots of a cluster are, as far as it was asked. */
  private final Map<Integer, HostAndPort> slots = new ConcurrentHashMap<>();

  private RedisServer(RedisAccess access, UnifiedJedis client, HostAndPort address) {
    this.access = access;
    this.client = client;
    this.address = address;
  }

  /** Looks for it, by one address after the other; blocks, and throws what the last one said. */
  static RedisServer find(RedisAccess access) {
    RuntimeException failure = new ConnectionException("No address to connect to", null);
    for (HostAndPort a : access.addresses()) {
      try {
        return switch (access.mode()) {
          case STANDALONE -> standalone(access, a);
          case SENTINEL -> standalone(access, master(access, a));
          case CLUSTER -> cluster(access, a);
        };
      } catch (JedisException | ConnectionException e) {
        failure = e;
      }
    }
    throw failure;
  }

  private static RedisServer standalone(RedisAccess access, HostAndPort at) {
    new Wire.Socketry(at, access.server()).open().close();
    RedisClient client =
        RedisClient.builder()
            .hostAndPort(at)
            .clientConfig(access.server())
            .poolConfig(pool(access))
            .build();
    return new RedisServer(access, client, at);
  }

  private static RedisServer cluster(RedisAccess access, HostAndPort seed) {
    new Wire.Socketry(seed, access.server()).open().close();
    RedisClusterClient client =
        RedisClusterClient.builder()
            .nodes(new HashSet<>(access.addresses()))
            .clientConfig(access.server())
            .poolConfig(pool(access))
            .maxAttempts(ATTEMPTS)
            .maxTotalRetriesDuration(access.timeout())
            .build();
    return new RedisServer(access, client, seed);
  }

  /** Without a timer of its own that looks after idle connections: it outlives the pool. */
  private static GenericObjectPoolConfig<Connection> pool(RedisAccess access) {
    GenericObjectPoolConfig<Connection> config = new GenericObjectPoolConfig<>();
    config.setMaxTotal(POOL);
    config.setMaxIdle(POOL);
    config.setMaxWait(access.timeout());
    config.setJmxEnabled(false);
    return config;
  }

  private static HostAndPort master(RedisAccess access, HostAndPort sentinel) {
    Wire.Socketry way = new Wire.Socketry(sentinel, access.sentinel());
    try (Wire wire = way.open()) {
      Object answer =
          wire.ask(
              new CommandArguments(Protocol.Command.SENTINEL)
                  .add("GET-MASTER-ADDR-BY-NAME")
                  .add(access.master()));
      if (!(answer instanceof List<?> found)) {
        throw new ConnectionException(
            "The Sentinel at %s knows no master %s".formatted(sentinel, access.master()), null);
      }
      String host = RedisNames.text((byte[]) found.get(0));
      return new HostAndPort(host, Integer.parseInt(RedisNames.text((byte[]) found.get(1))));
    }
  }

  /** For calls that do not wait at the server; it finds the node of a key by itself. */
  UnifiedJedis client() {
    return client;
  }

  boolean isCluster() {
    return client instanceof RedisClusterClient;
  }

  /** The key's slot; without a cluster all keys are in one. */
  int slotOf(byte[] key) {
    return isCluster() ? JedisClusterCRC16.getSlot(key) : 0;
  }

  /** The node that has the key. */
  HostAndPort nodeOf(byte[] key) {
    if (client instanceof RedisClusterClient cluster) {
      return slots.computeIfAbsent(slotOf(key), s -> nodeOf(cluster, s));
    }
    return address;
  }

  private static HostAndPort nodeOf(RedisClusterClient cluster, int slot) {
    try (Connection c = cluster.getConnectionFromSlot(slot)) {
      return c.getHostAndPort();
    }
  }

  /** The cluster's slots may have moved: asks for them again. */
  void refresh() {
    if (client instanceof RedisClusterClient cluster) {
      cluster.refreshClusterTopology();
      slots.clear();
    }
  }

  /** A way to a wire to this node. */
  Wire.Socketry way(HostAndPort node) {
    return new Wire.Socketry(node, access.server());
  }

  Duration timeout() {
    return access.timeout();
  }

  @Override
  public void close() {
    client.close();
  }

  @Override
  public String toString() {
    return isCluster() ? "the cluster at " + address : address.toString();
  }
}

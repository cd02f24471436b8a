package io.postbus.driver.redisstream;

import io.postbus.spi.Order;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;

/**
 * Whether a member may read: always without an order, else while it holds the group's lease, which
 * it counts from before it asked for it. The keeper renews, any thread asks.
 */
final class Ownership {
  private static final long STANDBY_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private static final Script RENEW =
      new Script(
          """
          if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
          return redis.call('PEXPIRE', KEYS[1], ARGV[2])
          """);
  private static final Script RELEASE =
      new Script(
          """
          if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
          return redis.call('DEL', KEYS[1])
          """);

  private final boolean ordered;
  private final String key;
  private final String owner;
  private final Duration ttl;
  private volatile boolean owned;

  /** When the lease was asked for, which tells it from others. */
  private volatile long lease = 1;

  private volatile long until;
  private long next = System.nanoTime();

  Ownership(Order order, String key, String owner, Duration ttl) {
    this.ordered = order != Order.NONE;
    this.key = key;
    this.owner = owner;
    this.ttl = ttl;
  }

  boolean isOrdered() {
    return ordered;
  }

  /** Whether this is the active member. */
  boolean isActive() {
    return !ordered || (owned && System.nanoTime() - until < 0);
  }

  /** The lease, or the last one; what was asked for under another is not handed out any more. */
  long lease() {
    return lease;
  }

  /** Renews the lease or tries to get it, when it is time to; false if it has just been lost. */
  boolean tick(UnifiedJedis client) {
    if (!ordered || System.nanoTime() - next < 0) {
      return true;
    }
    long start = System.nanoTime();
    if (owned) {
      next = start + ttl.toNanos() / 3;
      Object kept = RENEW.run(client, RedisNames.bytes(key), owner, ttl.toMillis());
      if (kept instanceof Long n && n == 1) {
        until = start + ttl.toNanos() * 9 / 10;
        return true;
      }
      owned = false;
      return false;
    }
    next = start + STANDBY_NANOS;
    if (client.set(key, owner, SetParams.setParams().nx().px(ttl.toMillis())) != null) {
      until = start + ttl.toNanos() * 9 / 10;
      lease = start;
      owned = true;
      next = start + ttl.toNanos() / 3;
    }
    return true;
  }

  /** Whether the lease has run out without anybody telling; says so once. */
  boolean hasRunOut() {
    if (ordered && owned && System.nanoTime() - until >= 0) {
      owned = false;
      return true;
    }
    return false;
  }

  /** How long until there is something to do. */
  long nanosLeft() {
    return ordered ? next - System.nanoTime() : Long.MAX_VALUE;
  }

  void release(UnifiedJedis client) {
    if (ordered) {
      owned = false;
      RELEASE.run(client, RedisNames.bytes(key), owner);
    }
  }
}

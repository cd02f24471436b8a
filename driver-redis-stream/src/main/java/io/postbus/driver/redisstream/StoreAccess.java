package io.postbus.driver.redisstream;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.DelayStore;
import io.postbus.spi.StoreContext;
import io.postbus.spi.support.Background;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;

/** How the parts of a store get to its server. Thread-safe. */
final class StoreAccess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreAccess.class);
  private final RedisLink link;
  private final RedisCalls calls;
  private final StoreKeys keys;
  private final int shards;
  private volatile boolean known;

  StoreAccess(RedisAccess access, StoreContext context) {
    this.shards = context.shards();
    this.keys = new StoreKeys(context.namespace());
    String threads = "postbus-store-redis";
    this.link = new RedisLink(access, new RedisNames(context.namespace()), threads + "-link");
    this.calls =
        new RedisCalls(
                link,
                context.callTimeout(),
                new Background(threads, e -> LOG.error("Closing failed", e)),
                "The store on Redis")
            .translating(RedisErrors::ofStore);
    link.start();
  }

  StoreKeys keys() {
    return keys;
  }

  int shards() {
    return shards;
  }

  /** Asks what may be asked twice. */
  <T> T call(String doing, RedisCalls.Question<T> question) {
    return calls.call(doing, client -> ask(client, question));
  }

  /** Asks what must not be asked again when nobody knows whether it was heard. */
  <T> T callOnce(String doing, RedisCalls.Question<T> question) {
    return calls.callOnce(doing, client -> ask(client, question));
  }

  private <T> T ask(UnifiedJedis client, RedisCalls.Question<T> question) {
    if (!known) {
      checkShards(client);
      known = true;
    }
    return question.ask(client);
  }

  private void checkShards(UnifiedJedis client) {
    client.set(keys.shards(), Integer.toString(shards), SetParams.setParams().nx());
    String there = client.get(keys.shards());
    if (there != null && !there.equals(Integer.toString(shards))) {
      throw new ConfigurationException(
          "The store on Redis is divided into %s shards, delays.shards is %d; they are fixed for its life: set delays.shards to %s, or another namespace"
              .formatted(there, shards, there),
          null);
    }
  }

  static void bounded(int count) {
    if (count > DelayStore.MAX_BATCH) {
      throw new IllegalArgumentException(
          count + " at once, at most " + DelayStore.MAX_BATCH + " are allowed");
    }
  }

  @Override
  public void close() {
    calls.close();
    link.close();
  }
}

package io.postbus.driver.redisstream;

import io.postbus.spi.Settings;
import io.postbus.spi.Store;
import io.postbus.spi.StoreContext;
import io.postbus.spi.StoreProvider;

/**
 * Opens the store {@code redis-stream}, on Redis 6.2 and later, or Valkey: no more durable than its
 * append-only file. Stateless.
 */
public final class RedisStoreProvider implements StoreProvider {
  /** For {@link java.util.ServiceLoader}. */
  public RedisStoreProvider() {}

  @Override
  public String name() {
    return "redis-stream";
  }

  @Override
  public void check(Settings settings) {
    RedisAccess.read(settings);
  }

  @Override
  public Store open(Settings settings, StoreContext context) {
    RedisAccess read = RedisAccess.read(settings);
    settings.check();
    return new RedisStore(read, context);
  }
}

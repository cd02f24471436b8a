package io.postbus.driver.redisstream;

import io.postbus.spi.Driver;
import io.postbus.spi.DriverContext;
import io.postbus.spi.DriverProvider;
import io.postbus.spi.Settings;

/** Opens connections to Redis 6.2 and later, or Valkey, to use its streams. Stateless. */
public final class RedisStreamProvider implements DriverProvider {
  /** For {@link java.util.ServiceLoader}. */
  public RedisStreamProvider() {}

  @Override
  public String name() {
    return "redis-stream";
  }

  @Override
  public void check(Settings settings) {
    RedisSettings.read(settings);
  }

  @Override
  public Driver open(Settings settings, DriverContext context) {
    RedisSettings read = RedisSettings.read(settings);
    settings.check();
    RedisDriver driver = new RedisDriver(read, context);
    driver.start();
    return driver;
  }
}

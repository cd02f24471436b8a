/** The driver for Redis Streams, and a store on Redis. */
module io.postbus.driver.redisstream {
  requires transitive io.postbus.spi;
  requires org.apache.commons.pool2;
  requires org.slf4j;
  requires redis.clients.jedis;
  requires static transitive org.jspecify;

  exports io.postbus.driver.redisstream;

  provides io.postbus.spi.DriverProvider with
      io.postbus.driver.redisstream.RedisStreamProvider;
  provides io.postbus.spi.StoreProvider with
      io.postbus.driver.redisstream.RedisStoreProvider;
}

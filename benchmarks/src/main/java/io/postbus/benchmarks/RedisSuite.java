package io.postbus.benchmarks;

import io.postbus.benchmarks.Client.Way;
import io.postbus.testbrokers.RedisBroker;
import java.net.URI;
import java.time.Duration;

/** Redis Streams: beside pipelined Jedis by hand, and Spring Data Redis. */
final class RedisSuite implements Suite {
  @Override
  public void run(Options options, Results results, Duration time) throws Exception {
    int size = options.get("size", 200);
    try (RedisBroker broker = RedisBroker.open();
        Contest contest = new Contest(options, results, time)) {
      URI uri = broker.uri();
      Contestant bare = new Contestant("jedis", () -> new RawRedis(uri));
      Contestant postbus = new Contestant("postbus", () -> PostbusClient.redis(uri.toString()));
      Contestant spring = new Contestant("spring-data-redis", () -> new SpringRedis(uri));
      contest.add("redis-stream alone", Cases.alone(), 100_000, size, bare, postbus, spring);
      contest.add(
          "redis-stream both at once", Cases.latency(), 100_000, size, bare, postbus, spring);
      contest.add(
          "redis-stream order: key", Cases.both(Way.CONFIRMED, true), 100_000, size, bare, postbus);
      contest.run(title -> {});
    }
  }
}

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
      Contestant bare = new Contestant("jedis", () -> new RawRedis(uri, false));
      Contestant attributes = new Contestant("jedis, attributes", () -> new RawRedis(uri, true));
      Contestant postbus =
          new Contestant("postbus", () -> PostbusClient.redis(uri.toString(), "packed"));
      Contestant compact =
          new Contestant(
              "postbus, attributes: compact", () -> PostbusClient.redis(uri.toString(), "compact"));
      Contestant spring = new Contestant("spring-data-redis", () -> new SpringRedis(uri));
      Contestant stored =
          new Contestant("postbus, store on Redis", () -> PostbusClient.redisStore(uri.toString()));

      Case both = Cases.both(Way.CONFIRMED, false);
      Case ordered = Cases.both(Way.CONFIRMED, true);
      contest.addClose(
          "redis-stream alone",
          Cases.alone(),
          100_000,
          size,
          bare,
          postbus,
          attributes,
          compact,
          spring);
      contest.addClose(
          "redis-stream both at once", Cases.latency(), 100_000, size, bare, postbus, spring);
      contest.add(
          "redis-stream rapid", Cases.both(Way.RAPID, false), 100_000, size, bare, postbus, spring);
      contest.add(
          "redis-stream batch", Cases.both(Way.BATCH, false), 60_000, size, bare, postbus, spring);
      contest.add("redis-stream order: key", ordered, 100_000, size, bare, postbus, spring);
      contest.add(
          "redis-stream 8 topics, 4 groups each",
          Cases.fanOut(8, 4),
          24_000,
          size,
          bare,
          postbus,
          spring);
      contest.add("redis-stream 2 kB", both, 40_000, 2_000, bare, postbus, spring);
      contest.add("redis-stream 100 kB", both, 1_500, 100_000, bare, postbus, spring);
      contest.add(
          "redis-stream guaranteed", Cases.both(Way.GUARANTEED, false), 20_000, size, bare, stored);
      contest.run(topics -> RawRedis.forget(uri, topics));
    }
  }
}

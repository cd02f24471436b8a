package io.postbus.benchmarks;

import io.postbus.benchmarks.Client.Way;
import io.postbus.testbrokers.MariaDbBroker;
import io.postbus.testbrokers.RabbitBroker;
import java.time.Duration;

/**
 * RabbitMQ: beside a bare client with PerfTest's settings, the same client when it sends as many
 * attributes as we do, and what a team would take otherwise.
 */
final class RabbitSuite implements Suite {
  private static final int SIZE = 200;

  @Override
  public void run(Options options, Results results, Duration time) throws Exception {
    int size = options.get("size", SIZE);
    try (RabbitBroker broker = RabbitBroker.open();
        MariaDbBroker database = MariaDbBroker.open();
        Contest contest = new Contest(options, results, time)) {
      String uri = broker.uri().toString();
      Contestant bare = new Contestant("amqp-client", () -> new RawRabbit(uri, false));
      Contestant full = new Contestant("amqp-client, attributes", () -> new RawRabbit(uri, true));
      Contestant postbus = new Contestant("postbus", () -> PostbusClient.rabbit(uri, "compact"));
      Contestant postbusFull =
          new Contestant("postbus, attributes: full", () -> PostbusClient.rabbit(uri, "full"));
      Contestant spring = new Contestant("spring-amqp", () -> new SpringRabbit(uri, false));
      Contestant tuned = new Contestant("spring-amqp, tuned", () -> new SpringRabbit(uri, true));
      Contestant smallrye = new Contestant("smallrye", () -> new SmallRyeRabbit(uri));
      Contestant stored =
          new Contestant("postbus, store on MariaDB", () -> PostbusClient.rabbit(uri, database));

      contest.addClose(
          "rabbitmq alone",
          Cases.alone(),
          60_000,
          size,
          bare,
          postbus,
          full,
          postbusFull,
          tuned,
          spring,
          smallrye);
      contest.addClose(
          "rabbitmq both at once",
          Cases.latency(),
          30_000,
          size,
          bare,
          postbus,
          tuned,
          spring,
          smallrye);
      contest.add(
          "rabbitmq rapid",
          Cases.both(Way.RAPID, false),
          60_000,
          size,
          bare,
          postbus,
          tuned,
          smallrye);
      contest.add(
          "rabbitmq batch", Cases.both(Way.BATCH, false), 30_000, size, bare, postbus, tuned);
      contest.add(
          "rabbitmq order: key",
          Cases.both(Way.CONFIRMED, true),
          30_000,
          size,
          bare,
          postbus,
          tuned,
          smallrye);
      contest.add(
          "rabbitmq 8 topics, 4 groups each",
          Cases.fanOut(8, 4),
          16_000,
          size,
          bare,
          postbus,
          tuned,
          smallrye);
      Case both = Cases.both(Way.CONFIRMED, false);
      contest.add("rabbitmq 2 kB", both, 20_000, 2_000, bare, postbus, tuned, smallrye);
      contest.add("rabbitmq 100 kB", both, 1_500, 100_000, bare, postbus, tuned, smallrye);
      contest.add(
          "rabbitmq guaranteed", Cases.both(Way.GUARANTEED, false), 10_000, size, bare, stored);
      contest.run(title -> {});
    }
  }
}

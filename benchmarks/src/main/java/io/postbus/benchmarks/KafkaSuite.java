package io.postbus.benchmarks;

import io.postbus.benchmarks.Client.Way;
import io.postbus.testbrokers.KafkaBroker;
import io.postbus.testbrokers.KafkaOptions;
import io.postbus.testbrokers.MariaDbBroker;
import java.time.Duration;
import org.springframework.kafka.listener.ContainerProperties.AckMode;

/** Kafka: beside a bare client with the settings of its own performance tests, and Spring Kafka. */
final class KafkaSuite implements Suite {
  @Override
  public void run(Options options, Results results, Duration time) throws Exception {
    int size = options.get("size", 200);
    try (KafkaBroker broker = KafkaBroker.open(KafkaOptions.defaults().optimised());
        MariaDbBroker database = MariaDbBroker.open();
        Contest contest = new Contest(options, results, time)) {
      String servers = broker.servers();
      Contestant bare = new Contestant("kafka-clients", () -> new RawKafka(servers));
      Contestant postbus = new Contestant("postbus", () -> PostbusClient.kafka(servers, "compact"));
      Contestant packed =
          new Contestant(
              "postbus, attributes: packed", () -> PostbusClient.kafka(servers, "packed"));
      Contestant tool =
          new Contestant("kafka-producer-perf-test", () -> new KafkaPerfTest(servers));
      Contestant poll =
          new Contestant("spring-kafka, per poll", () -> new SpringKafka(servers, AckMode.BATCH));
      Contestant record =
          new Contestant(
              "spring-kafka, per record", () -> new SpringKafka(servers, AckMode.RECORD));
      Contestant stored =
          new Contestant("postbus, store on MariaDB", () -> PostbusClient.kafka(servers, database));

      Case both = Cases.both(Way.CONFIRMED, false);
      contest.addClose("kafka alone", Cases.alone(), 600_000, size, bare, postbus, packed, poll);
      contest.addClose(
          "kafka beside its own tool: publish",
          Cases.publishing(),
          600_000,
          size,
          tool,
          postbus,
          poll);
      contest.add("kafka settled singly", Cases.alone(), 10_000, size, postbus, record);
      contest.addClose("kafka both at once", Cases.latency(), 300_000, size, bare, postbus, poll);
      contest.add("kafka rapid", Cases.both(Way.RAPID, false), 150_000, size, bare, postbus, poll);
      contest.add("kafka batch", Cases.both(Way.BATCH, false), 60_000, size, bare, postbus, poll);
      contest.add(
          "kafka order: key", Cases.both(Way.CONFIRMED, true), 150_000, size, bare, postbus, poll);
      contest.addLong(
          "kafka 8 topics, 4 groups each", Cases.fanOut(8, 4), 40_000, size, bare, postbus, poll);
      contest.add("kafka 2 kB", both, 60_000, 2_000, bare, postbus, poll);
      contest.add("kafka 100 kB", both, 1_500, 100_000, bare, postbus, poll);
      contest.add(
          "kafka guaranteed", Cases.both(Way.GUARANTEED, false), 10_000, size, bare, stored);
      contest.run(topics -> RawKafka.forget(servers, topics));
    }
  }
}

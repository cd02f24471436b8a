package io.postbus.benchmarks;

import io.postbus.benchmarks.Client.Way;
import io.postbus.testbrokers.KafkaBroker;
import java.time.Duration;
import org.springframework.kafka.listener.ContainerProperties.AckMode;

/** Kafka: beside a bare client with the settings of its own performance tests, and Spring Kafka. */
final class KafkaSuite implements Suite {
  @Override
  public void run(Options options, Results results, Duration time) throws Exception {
    int size = options.get("size", 200);
    try (KafkaBroker broker = KafkaBroker.open();
        Contest contest = new Contest(options, results, time)) {
      String servers = broker.servers();
      Contestant bare = new Contestant("kafka-clients", () -> new RawKafka(servers));
      Contestant postbus = new Contestant("postbus", () -> PostbusClient.kafka(servers));
      Contestant record =
          new Contestant(
              "spring-kafka, per record", () -> new SpringKafka(servers, AckMode.RECORD));
      Contestant poll =
          new Contestant("spring-kafka, per poll", () -> new SpringKafka(servers, AckMode.BATCH));
      contest.add("kafka alone", Cases.alone(), 200_000, size, bare, postbus, poll);
      contest.add("kafka settled singly", Cases.alone(), 20_000, size, postbus, record);
      contest.add("kafka both at once", Cases.latency(), 200_000, size, bare, postbus, poll);
      contest.add(
          "kafka order: key", Cases.both(Way.CONFIRMED, true), 200_000, size, bare, postbus, poll);
      contest.run(title -> {});
    }
  }
}

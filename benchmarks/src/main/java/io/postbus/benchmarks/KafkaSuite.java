package io.postbus.benchmarks;

import io.postbus.benchmarks.Client.Way;
import io.postbus.testbrokers.KafkaBroker;
import java.util.List;
import org.springframework.kafka.listener.ContainerProperties.AckMode;

/** Kafka: beside a bare client with the settings of its own performance tests, and Spring Kafka. */
final class KafkaSuite implements Suite {
  @Override
  public List<Figure> run(Options options) throws Exception {
    int size = options.get("size", 200);
    try (KafkaBroker broker = KafkaBroker.open();
        Contest contest = new Contest(options)) {
      String servers = broker.servers();
      Contestant bare = new Contestant("kafka-clients", () -> new RawKafka(servers));
      Contestant postbus = new Contestant("postbus", () -> PostbusClient.kafka(servers));
      Contestant record =
          new Contestant(
              "spring-kafka, per record", () -> new SpringKafka(servers, AckMode.RECORD));
      Contestant poll =
          new Contestant("spring-kafka, per poll", () -> new SpringKafka(servers, AckMode.BATCH));
      contest.run("kafka alone", Cases.alone(), 200_000, size, bare, postbus, poll);
      contest.run("kafka settled singly", Cases.alone(), 20_000, size, postbus, record);
      contest.run("kafka both at once", Cases.latency(), 200_000, size, bare, postbus, poll);
      contest.run(
          "kafka order: key", Cases.both(Way.CONFIRMED, true), 200_000, size, bare, postbus, poll);
      return contest.figures();
    }
  }
}

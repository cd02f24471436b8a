package io.postbus.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TablesTest {
  private final Results results = new Results(null);

  @Test
  void putsPostbusBesideTheBaselineAndOverEachPeer() {
    add("rabbitmq rapid", "/s", "amqp-client", 100);
    add("rabbitmq rapid", "/s", "postbus", 95);
    add("rabbitmq rapid", "/s", "spring-amqp", 30);
    add("rabbitmq rapid", "/s", "smallrye", 50);
    assertThat(Tables.of(results))
        .contains(
            "| case | baseline | postbus | over it | over spring-amqp | over smallrye |  |",
            "| rapid | 100 /s | 95.00 /s | 0.95 |",
            "| 0.95 | 3.17 | 1.90 | ahead of every peer |");
  }

  @Test
  void marksWhereItIsBehind() {
    add("rabbitmq both at once: p99", "ms", "amqp-client", 10);
    add("rabbitmq both at once: p99", "ms", "postbus", 20);
    add("rabbitmq both at once: p99", "ms", "spring-amqp", 5);
    assertThat(Tables.of(results)).contains("| 0.50 | **0.25** | **behind** spring-amqp |");
  }

  @Test
  void showsTheProcessorTimeInTheLineOfItsFigure() {
    add("kafka batch", "/s", "kafka-clients", 100);
    add("kafka batch: client's CPU", "µs", "kafka-clients", 2.5);
    add("kafka batch: broker's CPU", "µs", "kafka-clients", 7);
    assertThat(Tables.of(results))
        .contains("| batch | kafka-clients | 100 /s |  |  | 2.50 µs | 7.00 µs |");
  }

  @Test
  void aFailureIsTheFirstThingToSee() {
    add("rabbitmq rapid", "/s", "amqp-client", 100);
    results.add(new Failure("rabbitmq rapid", "postbus", -1, "message 1 came twice"));
    results.add(new Failure("rabbitmq rapid", "postbus", 3, "message 4 | 5 came twice"));
    assertThat(Tables.of(results))
        .startsWith("\n**Something failed**")
        .contains("| rabbitmq rapid | postbus **failed** | 2 | message 4 / 5 came twice |");
  }

  private void add(String name, String unit, String contestant, double value) {
    String baseline = name.startsWith("kafka") ? "kafka-clients" : "amqp-client";
    results.add(name, unit, contestant, baseline, 0, value);
  }
}

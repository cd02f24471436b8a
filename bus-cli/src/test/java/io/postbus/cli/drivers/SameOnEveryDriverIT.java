package io.postbus.cli.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Bus;
import io.postbus.testbrokers.KafkaBroker;
import io.postbus.testbrokers.RabbitBroker;
import io.postbus.testbrokers.RedisBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same story, told by the same lines, comes to the same ledger on every broker. */
@Timeout(180)
class SameOnEveryDriverIT {
  @TempDir Path folder;

  /** A driver beside the store that a team would give it. */
  private enum Setup {
    MEMORY {
      @Override
      String lines(Path folder) {
        return "driver: memory";
      }
    },
    RABBITMQ {
      @Override
      String lines(Path folder) {
        return """
            driver: rabbitmq
            drivers: { rabbitmq: { uris: ["%s"] } }
            store: { type: jdbc, url: "jdbc:h2:file:%s/postbus" }
            """
            .formatted(RabbitBroker.shared().uri(), folder);
      }
    },
    KAFKA {
      @Override
      String lines(Path folder) {
        return """
            driver: kafka
            drivers: { kafka: { servers: ["%s"], partitions: 3 } }
            store: { type: jdbc, url: "jdbc:h2:file:%s/postbus" }
            """
            .formatted(KafkaBroker.shared().servers(), folder);
      }
    },
    REDIS_STREAM {
      @Override
      String lines(Path folder) {
        return """
            driver: redis-stream
            drivers: { redis-stream: { uris: ["%s"] } }
            store: { type: jdbc, url: "jdbc:h2:file:%s/postbus" }
            """
            .formatted(RedisBroker.shared().uri(), folder);
      }
    };

    abstract String lines(Path folder);
  }

  @ParameterizedTest
  @EnumSource
  void theLedgerIs(Setup setup) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("postbus.yaml"),
            "namespace: \"%s.\"%n%s".formatted(UUID.randomUUID(), setup.lines(folder)));
    Scenario scenario = new Scenario();
    try (Bus bus = Bus.open(file)) {
      scenario.play(bus);
    }
    assertThat(scenario.ledger()).isEqualTo(Scenario.expected());
    assertThat(scenario.risks()).hasSize(5);
    scenario
        .risks()
        .values()
        .forEach(n -> assertThat(n).isSortedAccordingTo(Comparator.naturalOrder()));
    assertThat(scenario.risks().values().stream().flatMap(List::stream).sorted().toList())
        .isEqualTo(IntStream.range(0, Scenario.ORDERS).filter(n -> n % 3 < 2).boxed().toList());
    assertThat(scenario.waits()).allMatch(wait -> wait.compareTo(Scenario.LATER) >= 0);
  }
}

package io.postbus.cli.run;

import static io.postbus.cli.run.Workplace.SOON;
import static io.postbus.cli.run.Workplace.ids;
import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.cli.run.Workplace.Started;
import io.postbus.testbrokers.KafkaBroker;
import io.postbus.testbrokers.MariaDbBroker;
import io.postbus.testbrokers.RabbitBroker;
import io.postbus.testbrokers.RedisBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A message that kills every process that handles it. */
class PoisonIT {
  @TempDir Path folder;

  @Test
  void isFoundOutOnRabbitMq() throws Exception {
    isFoundOut("rabbitmq: { uris: [\"%s\"] }".formatted(RabbitBroker.shared().uri()));
  }

  @Test
  void isFoundOutOnKafka() throws Exception {
    isFoundOut(
        "kafka: { servers: [\"%s\"], session-timeout: 2s }"
            .formatted(KafkaBroker.shared().servers()));
  }

  @Test
  void isFoundOutOnRedisStreams() throws Exception {
    isFoundOut(
        "redis-stream: { uris: [\"%s\"], claim-after: 2s }".formatted(RedisBroker.shared().uri()));
  }

  /** Within a few restarts, and its neighbours are handled. */
  private void isFoundOut(String driver) throws Exception {
    try (Workplace workplace = new Workplace(folder, RabbitBroker.shared().uri(), yaml(driver))) {
      Started supervisor = workplace.start("run", "worker");
      supervisor.await("worker runs with");
      workplace.publish(200);
      Set<String> neighbours = ids(200);
      neighbours.remove("77");
      SOON.until("the others are handled", () -> workplace.journal("finished").equals(neighbours));
      SOON.until("it is dead", () -> dead(workplace).contains("killed-its-process"));
      assertThat(dead(workplace)).contains("Its process died 3 times while it was in hand");
      // Three with a mark and mostly one before; a process that stalls has it in hand beside
      // another.
      List<String> said = supervisor.said().lines().toList();
      assertThat(said.stream().filter(l -> l.contains("ended with exit code 3")))
          .as(String.join("\n", said))
          .hasSizeBetween(3, 7);
      supervisor.terminate();
      assertThat(supervisor.code()).isZero();
    }
  }

  private static String dead(Workplace workplace) throws Exception {
    return workplace.run("dead", "ls", "worker.jobs").said();
  }

  private String yaml(String driver) {
    MariaDbBroker database = MariaDbBroker.shared();
    return """
        driver: %s
        namespace: "%s."
        drivers: { %s }
        store: { type: jdbc, url: "%s", username: "%s", password: "%s", pool: { max: 3 } }
        modules:
          worker:
            handler: io.postbus.cli.run.Killer
            processes: 2
            restart-delay: 100ms
            settings: { journal: "%s/journal", poison: "77" }
            consumers: { jobs: { topics: [work], concurrency: 5 } }
        """
        .formatted(
            driver.substring(0, driver.indexOf(':')),
            UUID.randomUUID(),
            driver,
            database.jdbcUrl(),
            database.username(),
            database.password(),
            folder);
  }
}

package io.postbus.cli.run;

import static io.postbus.cli.run.Workplace.SOON;
import static io.postbus.cli.run.Workplace.ids;
import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.cli.ExitCode;
import io.postbus.cli.run.Workplace.Started;
import io.postbus.testbrokers.KafkaBroker;
import io.postbus.testbrokers.RabbitBroker;
import io.postbus.testbrokers.RedisBroker;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The commands of whoever operates a bus say and do the same whatever the broker is. */
@Timeout(180)
class OperatingOnEveryBrokerIT {
  private static final String GROUP = "worker.jobs";

  @TempDir Path folder;

  private enum On {
    RABBITMQ("rabbitmq"),
    KAFKA("kafka"),
    REDIS_STREAM("redis-stream");

    private final String driver;

    On(String driver) {
      this.driver = driver;
    }

    private String where() {
      return switch (this) {
        case RABBITMQ -> "uris: [\"" + RabbitBroker.shared().uri() + "\"]";
        case KAFKA -> "servers: [\"" + KafkaBroker.shared().servers() + "\"]";
        case REDIS_STREAM -> "uris: [\"" + RedisBroker.shared().uri() + "\"]";
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void topicsGroupsDeadLettersAndDelayedMessages(On broker) throws Exception {
    try (Workplace workplace = new Workplace(folder, RabbitBroker.shared().uri(), yaml(broker))) {
      giveThreeUp(workplace);

      assertThat(workplace.run("topic", "ls").said()).contains("work");
      assertThat(workplace.run("topic", "show", "work").said()).contains(GROUP);
      assertThat(workplace.run("group", "show", GROUP).said()).contains("work");
      assertThat(workplace.run("dead", "show", GROUP, "2").said()).contains("the gate is shut");
      assertThat(workplace.run("dead", "redrive", GROUP, "--dry-run").said()).contains("3");

      workplace.open();
      assertThat(workplace.run("dead", "redrive", GROUP).code()).isZero();
      SOON.until(
          "they are before the group",
          () -> workplace.run("group", "ls", "-o", "jsonl").said().contains("\"ready\":3"));
      Started worker = workplace.start("run");
      SOON.until("they are handled", () -> workplace.journal("finished").equals(ids(3)));
      end(worker);
      assertThat(dead(workplace)).doesNotContain("the gate is shut");

      aDelayedOneIsCancelled(workplace);
      workplace.publish(4);
      assertThat(workplace.run("group", "purge", GROUP, "--yes").said()).contains("dropped  4");
      assertThat(workplace.run("group", "rm", GROUP, "--yes").code()).isZero();
      assertThat(workplace.run("publish", "work", "-t", "Job", "x").code())
          .isEqualTo(ExitCode.NOT_FOUND);
    }
  }

  private static void giveThreeUp(Workplace workplace) throws Exception {
    Started worker = workplace.start("run");
    worker.await("Running worker");
    workplace.publish(3);
    SOON.until(
        "three are dead", () -> dead(workplace).split("the gate is shut", -1).length == 3 + 1);
    end(worker);
  }

  private static void aDelayedOneIsCancelled(Workplace workplace) throws Exception {
    Started later =
        workplace.run("publish", "work", "-t", "Job", "x", "--after", "1h", "--handle", "later");
    assertThat(later.code()).isZero();
    assertThat(workplace.run("delayed", "ls", "-o", "jsonl").said()).contains("later");
    assertThat(workplace.run("delayed", "cancel", "later").code()).isZero();
    assertThat(workplace.run("delayed", "ls", "-o", "jsonl").said()).doesNotContain("later");
  }

  private static String dead(Workplace workplace) throws Exception {
    return workplace.run("dead", "ls", GROUP, "-o", "jsonl").said();
  }

  private static void end(Started worker) throws Exception {
    worker.terminate();
    assertThat(worker.code()).isZero();
  }

  private String yaml(On broker) {
    return """
        driver: %s
        namespace: "%s."
        drivers: { %s: { %s } }
        modules:
          worker:
            handler: io.postbus.cli.run.Refusal
            settings: { journal: "%s/journal", gate: "%s/gate" }
            consumers: { jobs: { topics: [work], events: [Job] } }
        """
        .formatted(broker.driver, UUID.randomUUID(), broker.driver, broker.where(), folder, folder);
  }
}

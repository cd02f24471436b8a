package io.postbus.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.cli.ExitCode;
import io.postbus.cli.run.Workplace.Started;
import io.postbus.testbrokers.RabbitBroker;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands, each a process of its own, on RabbitMQ. */
class BrokerCommandsIT {
  @TempDir Path folder;
  private Workplace workplace;

  @BeforeEach
  void open() throws Exception {
    workplace =
        new Workplace(
            folder,
            RabbitBroker.shared().uri(),
            """
            driver: rabbitmq
            namespace: "%s."
            drivers: { rabbitmq: { uris: ["${RABBITMQ_URI}"] } }
            modules:
              worker:
                handler: io.postbus.cli.run.Work
                settings: { journal: "%s/journal", gate: "%s/gate" }
                consumers: { jobs: { topics: [work], events: [Job] } }
            """
                .formatted(UUID.randomUUID(), folder, folder));
  }

  @AfterEach
  void close() {
    workplace.close();
  }

  @Test
  void aSubscriberSeesWhatAnotherProcessPublishes() throws Exception {
    Started tail = workplace.start("subscribe", "news", "-n", "2", "-o", "jsonl");
    tail.await("Subscribed");
    assertThat(workplace.run("publish", "news", "-t", "X", "a").code()).isZero();
    assertThat(workplace.run("publish", "news", "-t", "Y", "b", "--after", "100ms").code())
        .isZero();
    assertThat(tail.code()).isZero();
    assertThat(tail.said()).contains("\"data\":\"a\"", "\"data\":\"b\"");
    // Its group is gone, so nobody gets the next one.
    Started unheard = workplace.run("publish", "news", "-t", "X", "c");
    assertThat(unheard.code()).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void ctrlCEndsATailInOrder() throws Exception {
    Started tail = workplace.start("subscribe", "news");
    tail.await("Subscribed");
    tail.terminate();
    assertThat(tail.code()).isZero();
    assertThat(workplace.run("publish", "news", "-t", "X", "c").code())
        .isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void groupsOfTheConfigurationAreSeenThoughNoProcessOfTheirsRuns() throws Exception {
    Started worker = workplace.start("run");
    worker.await("Running worker");
    worker.terminate();
    assertThat(worker.code()).isZero();
    workplace.publish(3);
    Started groups = workplace.run("group", "ls", "-o", "jsonl");
    assertThat(groups.said()).contains("\"group\":\"worker.jobs\"", "\"ready\":3");
    assertThat(workplace.run("group", "purge", "worker.jobs", "--yes").said())
        .contains("dropped  3");
    assertThat(workplace.run("group", "rm", "worker.jobs", "--yes").code()).isZero();
    assertThat(workplace.run("publish", "work", "-t", "Job", "x").code())
        .isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  @Timeout(60)
  void withoutABrokerTheExitCodeSaysSo() throws Exception {
    String[][] commands = {
      {"publish", "work", "-t", "Job", "x"},
      {"publish", "work", "-t", "Job", "x", "-n", "1000"},
      {"subscribe", "work"},
      {"group", "ls"},
      {"dead", "ls", "worker.jobs"},
      {"demo"}
    };
    for (String[] command : commands) {
      String[] args = new String[command.length + 6];
      System.arraycopy(command, 0, args, 0, command.length);
      args[command.length] = "--set";
      args[command.length + 1] = "drivers.rabbitmq.uris=amqp://127.0.0.1:1";
      args[command.length + 2] = "--timeout";
      args[command.length + 3] = "1s";
      // With this one the broker keeps the dead letters.
      args[command.length + 4] = "--set";
      args[command.length + 5] = "store.type=memory";
      Started away = workplace.run(args);
      assertThat(away.code()).as("%s: %s", command[0], away.said()).isEqualTo(ExitCode.UNREACHABLE);
      assertThat(away.said()).doesNotContain("\tat ");
    }
  }

  @Test
  void whatIsWrongIsToldWithoutAStackTraceUnlessItIsWanted() throws Exception {
    Started plain = workplace.run("publish", "nobody", "-t", "X", "x");
    assertThat(plain.code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(plain.said()).contains("The topic nobody has no group").doesNotContain("\tat ");
    Started verbose = workplace.run("publish", "nobody", "-t", "X", "x", "-v");
    assertThat(verbose.code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(verbose.said()).contains("\tat io.postbus");
    Started unknown = workplace.run("run", "workr");
    assertThat(unknown.code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(unknown.said()).contains("did you mean worker?");
  }

  @Test
  void theDemoTellsTheSameStoryAndLeavesNoQueueBehind() throws Exception {
    Started demo = workplace.run("demo");
    assertThat(demo.code()).as(demo.said()).isZero();
    assertThat(demo.said())
        .contains("is cancelled", "every group has handled")
        .containsPattern("totals.all +317 +317 +0 +1 +1 +0 +0 +0");
    assertThat(RabbitBroker.shared().rabbitmqctl("-q", "list_queues", "name"))
        .doesNotContain("postbus-demo.totals");
  }

  @Test
  void theExampleRunsOnRabbitmq() throws Exception {
    Path yaml = Path.of("../examples/live/postbus.yaml").toAbsolutePath().normalize();
    String[] options = {"-c", yaml.toString(), "--set", "namespace=" + UUID.randomUUID() + "."};
    Started site = workplace.start(args(options, "run", "--set", "admin.listen=127.0.0.1:0"));
    site.await("Running");
    String minutes = "{\"uid\":\"ann\",\"minutes\":75}";
    String coins = "{\"uid\":\"ann\",\"amount\":120,\"currency\":\"coins\"}";
    assertThat(
            workplace
                .run(args(options, "publish", "live.duration", "-t", "DurationReached", minutes))
                .code())
        .isZero();
    assertThat(
            workplace
                .run(args(options, "publish", "live.income", "-t", "IncomeEarned", coins))
                .code())
        .isZero();
    site.await("ann has done the task: 75 minutes, 120 coins");
    site.await("Paid 50 coins to ann at attempt 3");
    site.terminate();
    assertThat(site.code()).isZero();
  }

  private static String[] args(String[] options, String... command) {
    String[] all = new String[options.length + command.length];
    System.arraycopy(command, 0, all, 0, command.length);
    System.arraycopy(options, 0, all, command.length, options.length);
    return all;
  }
}

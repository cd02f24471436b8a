package io.postbus.cli.run;

import static io.postbus.cli.run.Workplace.SOON;
import static io.postbus.cli.run.Workplace.ids;
import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.cli.ExitCode;
import io.postbus.cli.run.Workplace.Started;
import io.postbus.testbrokers.RabbitBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of modules on RabbitMQ: killed, asked to end, supervised. */
class ProcessesIT {
  private static final Pattern ADMIN = Pattern.compile("admin listener is on 127.0.0.1:(\\d+)");

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
            admin: { listen: "127.0.0.1:0" }
            shutdown: { grace: "${GRACE:20s}" }
            modules:
              worker:
                handler: io.postbus.cli.run.Work
                restart-delay: 100ms
                settings: { journal: "%s/journal", gate: "%s/gate" }
                consumers:
                  jobs: { topics: [work], concurrency: 5 }
            """
                .formatted(UUID.randomUUID(), folder, folder));
  }

  @AfterEach
  void close() {
    workplace.close();
  }

  @Test
  void whatAKilledProcessHeldIsHandledByAnother() throws Exception {
    Started first = running();
    workplace.publish(200);
    long pid = first.process().pid();
    SOON.until("it is in the middle", () -> workplace.journal("began", pid).size() == 5);
    Set<String> held = workplace.journal("began", pid);
    Started second = running();
    first.kill();
    workplace.open();
    SOON.until("all is finished", () -> workplace.journal("finished").equals(ids(200)));
    assertThat(first.code()).isEqualTo(128 + 9);
    assertThat(workplace.journal("finished", pid)).isEmpty();
    assertThat(workplace.journal("finished", second.process().pid())).containsAll(held);
  }

  @Test
  void finishesWhatItHasBegunWhenItIsAskedToEndAndGivesTheRestBack() throws Exception {
    Started first = running();
    workplace.publish(100);
    long pid = first.process().pid();
    SOON.until("it is in the middle", () -> workplace.journal("began", pid).size() == 5);
    Set<String> begun = workplace.journal("began", pid);
    first.terminate();
    first.await("Ending");
    workplace.open();
    assertThat(first.code()).isZero();
    assertThat(workplace.journal("finished", pid)).isEqualTo(begun);
    Started second = running();
    SOON.until("all is finished", () -> workplace.journal("finished").equals(ids(100)));
    Set<String> both = new HashSet<>(workplace.journal("finished", second.process().pid()));
    both.retainAll(begun);
    assertThat(both).isEmpty();
    second.terminate();
    assertThat(second.code()).isZero();
  }

  @Test
  void cutsOffWhatIsNotFinishedInTimeAndSaysSo() throws Exception {
    Started first = running("--set", "shutdown.grace=500ms");
    workplace.publish(1);
    SOON.until("it is in the middle", () -> workplace.journal("began").size() == 1);
    first.terminate();
    assertThat(first.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(first.said()).contains("Not all handlers finished in time");
    workplace.open();
    Started second = running();
    SOON.until("the other handles it", () -> workplace.journal("finished").size() == 1);
    assertThat(workplace.journal("finished", second.process().pid())).hasSize(1);
  }

  @Test
  void aSecondSignalEndsItAtOnce() throws Exception {
    Started one = running();
    workplace.publish(1);
    SOON.until("it is in the middle", () -> workplace.journal("began").size() == 1);
    one.terminate();
    one.await("Ending");
    one.terminate();
    assertThat(one.code()).isEqualTo(128 + 15);
  }

  @Test
  void aSupervisedProcessThatIsKilledComesBackAndNothingIsLost() throws Exception {
    Started supervisor = supervising();
    SOON.until("both have joined", () -> ready(supervisor) == 200);
    workplace.publish(300);
    ProcessHandle victim = child(supervisor);
    SOON.until("it is in the middle", () -> workplace.journal("began", victim.pid()).size() == 5);
    assertThat(victim.destroyForcibly()).isTrue();
    supervisor.await("ended with signal 9");
    workplace.open();
    SOON.until("all is finished", () -> workplace.journal("finished").equals(ids(300)));
    SOON.until("both have joined", () -> ready(supervisor) == 200);
    assertThat(supervisor.process().children()).hasSize(2).doesNotContain(victim);
    assertThat(get(supervisor, "/metrics").body())
        .containsPattern("messagebus_job_cost_seconds_count\\{process=\"worker/[12]\"")
        .contains(
            "messagebus_in_flight{process=\"worker/1\"",
            "messagebus_in_flight{process=\"worker/2\"")
        .containsPattern("messagebus_process_starts_total\\{process=\"worker/[12]\"} 2")
        .containsOnlyOnce("# TYPE messagebus_job_cost_seconds ");
    supervisor.terminate();
    assertThat(supervisor.code()).isZero();
  }

  @Test
  void aSupervisorPassesTheEndOnAndWaitsForItsProcesses() throws Exception {
    Started supervisor = supervising();
    SOON.until("both have joined", () -> ready(supervisor) == 200);
    workplace.publish(100);
    SOON.until("they are in the middle", () -> workplace.journal("began").size() == 10);
    Set<ProcessHandle> children = new HashSet<>(supervisor.process().children().toList());
    supervisor.terminate();
    SOON.until(
        "both have heard", () -> supervisor.said().split("InProcess - Ending", -1).length == 3);
    Set<String> begun = workplace.journal("began");
    workplace.open();
    assertThat(supervisor.code()).isZero();
    assertThat(children).hasSize(2).noneMatch(ProcessHandle::isAlive);
    assertThat(workplace.journal("finished")).isEqualTo(begun);
  }

  @Test
  void childrenDrainWhenTheirSupervisorIsKilled() throws Exception {
    Started supervisor = supervising();
    SOON.until("both have joined", () -> ready(supervisor) == 200);
    workplace.publish(100);
    SOON.until("they are in the middle", () -> workplace.journal("began").size() == 10);
    Set<ProcessHandle> children = new HashSet<>(supervisor.process().children().toList());
    supervisor.kill();
    supervisor.await("The supervisor is gone");
    workplace.open();
    SOON.until("both are gone", () -> children.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(workplace.journal("finished")).containsAll(workplace.journal("began"));
  }

  @Test
  void aModuleThatCannotStartEndsTheSupervisorToo() throws Exception {
    Started supervisor =
        workplace.run(
            "run",
            "--set",
            "modules.worker.processes=2",
            "--set",
            "modules.worker.handler=No.Such");
    assertThat(supervisor.code()).isEqualTo(ExitCode.USAGE);
    assertThat(supervisor.said()).contains("No.Such is not on the class path");
  }

  private Started running(String... more) throws Exception {
    String[] args = new String[more.length + 1];
    args[0] = "run";
    System.arraycopy(more, 0, args, 1, more.length);
    Started process = workplace.start(args);
    process.await("Running worker");
    return process;
  }

  private Started supervising() throws Exception {
    return workplace.start("run", "worker", "--set", "modules.worker.processes=2");
  }

  private ProcessHandle child(Started supervisor) {
    return supervisor.process().children().findFirst().orElseThrow();
  }

  private int ready(Started supervisor) throws Exception {
    return get(supervisor, "/ready").statusCode();
  }

  private static HttpResponse<String> get(Started process, String path) throws Exception {
    // The supervisor's line is the first: its children begin to listen later.
    Matcher admin = ADMIN.matcher(process.said());
    assertThat(admin.find()).isTrue();
    URI uri = URI.create("http://127.0.0.1:" + admin.group(1) + path);
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
            BodyHandlers.ofString());
  }
}

package io.postbus.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.cli.ExitCode;
import io.postbus.tck.Eventually;
import java.io.BufferedReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SupervisorTest {
  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(20));

  @Test
  void startsAChildAgainThatWasKilledAndLeavesTheOthersAlone() {
    try (Supervision both = new Supervision("good", "good")) {
      SOON.until("both run", both::allRun);
      Process first = both.process(1);
      Process second = both.process(2);
      first.destroyForcibly();
      SOON.until("the killed one runs again", () -> both.status(1).starts() == 2 && both.allRun());
      assertThat(both.process(1).pid()).isNotEqualTo(first.pid());
      assertThat(both.process(2)).isSameAs(second);
      assertThat(second.isAlive()).isTrue();
      assertThat(both.status(2).starts()).isEqualTo(1);
    }
  }

  @Test
  void endsInOrderWhenAllChildrenDo() throws Exception {
    try (Supervision both = new Supervision("good", "good")) {
      SOON.until("both run", both::allRun);
      both.supervisor.stop(GRACE);
      assertThat(both.supervisor.ended().get(20, TimeUnit.SECONDS)).isEqualTo(ExitCode.OK);
      assertThat(both.processes.values()).allMatch(p -> !p.isAlive() && p.exitValue() == 0);
      both.supervisor.stop(GRACE);
    }
  }

  @Test
  void killsWhatIsLeftAfterTheGraceTimeAndSaysSo() throws Exception {
    try (Supervision both = new Supervision("good", "deaf")) {
      SOON.until("both run", both::allRun);
      both.supervisor.stop(Duration.ofMillis(500));
      assertThat(both.supervisor.ended().get(20, TimeUnit.SECONDS)).isEqualTo(ExitCode.FAILURE);
      assertThat(both.process(1).exitValue()).isZero();
      assertThat(both.process(2).exitValue()).isEqualTo(128 + 9);
    }
  }

  @Test
  void doesNotTryAgainWhatIsMisconfigured() throws Exception {
    try (Supervision both = new Supervision("good", "broken")) {
      assertThat(both.supervisor.ended().get(20, TimeUnit.SECONDS)).isEqualTo(ExitCode.USAGE);
      assertThat(both.status(2).starts()).isEqualTo(1);
      assertThat(both.processes.values()).noneMatch(Process::isAlive);
    }
  }

  @Test
  void goesOnStartingOneThatDiesAtOnceAndEndsInBetween() throws Exception {
    try (Supervision one = new Supervision("brief")) {
      SOON.until("it has been started three times", () -> one.status(1).starts() >= 3);
      one.supervisor.stop(GRACE);
      int code = one.supervisor.ended().get(20, TimeUnit.SECONDS);
      assertThat(code).isIn(ExitCode.OK, ExitCode.FAILURE);
      int starts = one.status(1).starts();
      assertThat(one.process(1).isAlive()).isFalse();
      assertThat(one.status(1).starts()).isEqualTo(starts);
    }
  }

  @Test
  void passesWhatChildrenPrintAndKeepsReportsToItself() {
    try (Supervision one = new Supervision("good")) {
      SOON.until("it runs", one::allRun);
      SOON.until("its output is here", () -> one.out().lines().count() == 2);
      assertThat(one.out()).isEqualTo("begin of a line, end of it\nafter the report\n");
      assertThat(one.status(1).admin()).isPresent();
    }
  }

  @Test
  void childrenEndWhenTheirSupervisorIsKilled() throws Exception {
    Process parent = Supervision.command(Orphaning.class).start();
    List<ProcessHandle> children;
    try (BufferedReader out = parent.inputReader(StandardCharsets.UTF_8)) {
      children = List.of(child(out), child(out));
      assertThat(children).allMatch(ProcessHandle::isAlive);
    } finally {
      parent.destroyForcibly();
    }
    SOON.until("both are gone", () -> children.stream().noneMatch(ProcessHandle::isAlive));
  }

  private static ProcessHandle child(BufferedReader out) throws Exception {
    return ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
  }

  /** A process that supervises two children and prints their ids. */
  static final class Orphaning {
    private Orphaning() {}

    public static void main(String[] args) {
      PrintStream out = System.out;
      Supervision both = new Supervision("good", "good");
      SOON.until("both run", both::allRun);
      out.println(both.process(1).pid());
      out.println(both.process(2).pid());
      both.supervisor.ended().join();
    }
  }

  @Test
  void aReportReadsAsItWasWritten() {
    Report report = new Report(OptionalInt.of(4711));
    String line = report.line();
    assertThat(Report.parse(line.substring(1, line.length() - 1))).contains(report);
    assertThat(Report.parse("postbus started 0")).contains(new Report(OptionalInt.empty()));
    assertThat(Report.parse("anything else")).isEmpty();
  }
}

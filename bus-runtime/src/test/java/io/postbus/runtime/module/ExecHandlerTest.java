package io.postbus.runtime.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.message.Message;
import io.postbus.spi.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecHandlerTest {
  @TempDir Path folder;
  private final List<ExecHandler> handlers = new ArrayList<>();

  @AfterEach
  void stop() {
    handlers.forEach(ExecHandler::stop);
  }

  @ParameterizedTest
  @CsvSource({
    "ack, ack",
    "dead it is bad, dead it is bad",
    "retry-after 10s, retry-after PT10S",
    "release, release",
    "'{\"result\":\"ack\"}', ack",
    "'{\"result\":\"retry-after\",\"delay\":\"1m\"}', retry-after PT1M",
    "'{\"result\":\"dead\",\"reason\":\"no\"}', dead no"
  })
  void settlesAsTheProgramAnswers(String answer, String outcome) throws Exception {
    RecordedDelivery d = RecordedDelivery.of("x");

    handler("while read -r line; do printf '%s\\n' '" + answer + "'; done").handle(d);

    assertThat(d.outcome()).isEqualTo(outcome);
  }

  @Test
  void feedsOneLineOfJson() throws Exception {
    Path seen = folder.resolve("seen");
    ExecHandler h =
        handler("while read -r l; do printf '%s\\n' \"$l\" >> " + seen + "; echo ack; done");

    h.handle(RecordedDelivery.of("one\ntwo"));
    h.handle(RecordedDelivery.of("three"));

    assertThat(Files.readAllLines(seen))
        .hasSize(2)
        .first()
        .asString()
        .contains("\"specversion\":\"1.0\"", "\"type\":\"Earned\"", "\"data\":\"one\\ntwo\"")
        .contains("\"topic\":\"live\"", "\"postbusgroup\":\"g\"", "\"postbusattempt\":2");
  }

  @Test
  void keepsTheProgramRunning() throws Exception {
    Path pids = folder.resolve("pids");
    ExecHandler h = handler("echo $$ >> " + pids + "; while read -r l; do echo ack; done");

    for (int i = 0; i < 20; i++) {
      h.handle(RecordedDelivery.of("x"));
    }

    assertThat(Files.readAllLines(pids)).hasSize(1);
  }

  @Test
  void failsTheAttemptWhenTheProgramAsksForIt() {
    assertThatThrownBy(
            () ->
                handler("while read -r l; do echo retry later please; done")
                    .handle(RecordedDelivery.of("x")))
        .isInstanceOf(HandlerFailedException.class)
        .hasMessage("later please");
  }

  @ParameterizedTest
  @CsvSource({
    "read -r l; exit 3, ended with exit code 3",
    "read -r l; echo hello; read -r l, answered nonsense: \"hello\"",
    "read -r l; echo; read -r l, answered nonsense",
    "read -r l; echo '{\"result\":1'; read -r l, nonsense: not JSON",
    "exec sleep 100, did not answer in time"
  })
  void failsTheAttemptWhenTheProgramMisbehavesAndStartsAnother(String script, String complaint)
      throws Exception {
    Path once = folder.resolve("once");
    ExecHandler h =
        handler(
            "if mkdir "
                + once
                + " 2>/dev/null; then "
                + script
                + "; fi;"
                + " while read -r l; do echo ack; done");
    RecordedDelivery first = new RecordedDelivery(RecordedDelivery.of("x").message(), soon());

    assertThatThrownBy(() -> h.handle(first))
        .isInstanceOf(HandlerFailedException.class)
        .hasMessageContaining(complaint);
    RecordedDelivery second = RecordedDelivery.of("y");
    h.handle(second);

    assertThat(first.outcome()).isNull();
    assertThat(second.outcome()).isEqualTo("ack");
  }

  @Test
  void isNotHeldUpByAProgramThatReadsNothing() {
    byte[] large = new byte[1 << 20];
    RecordedDelivery d =
        new RecordedDelivery(Message.of("live", "Earned", large), Duration.ofMillis(300));

    assertThatThrownBy(() -> handler("exec sleep 100").handle(d))
        .hasMessageContaining("did not answer in time");
  }

  @Test
  void carriesLargeMessages() throws Exception {
    Path count = folder.resolve("count");
    RecordedDelivery d =
        new RecordedDelivery(
            Message.of("live", "Earned", "é".repeat(500_000).getBytes(StandardCharsets.UTF_8)),
            Duration.ofSeconds(20));

    handler("while read -r l; do printf %s \"$l\" | wc -c > " + count + "; echo ack; done")
        .handle(d);

    assertThat(d.outcome()).isEqualTo("ack");
    assertThat(Integer.parseInt(Files.readString(count).strip())).isGreaterThan(1_000_000);
  }

  @Test
  void runsAsManyCopiesAsAreNeededAtATime() throws Exception {
    Path pids = folder.resolve("pids");
    Path gate = folder.resolve("gate");
    ExecHandler h =
        handler(
            "echo $$ >> "
                + pids
                + "; while read -r l; do while [ ! -e "
                + gate
                + " ]; do sleep 0.01; done; echo ack; done");
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      CountDownLatch begun = new CountDownLatch(3);
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        all.add(
            pool.submit(
                () -> {
                  begun.countDown();
                  h.handle(RecordedDelivery.of("x"));
                  return null;
                }));
      }
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      awaitLines(pids, 3);
      Files.createFile(gate);
      for (Future<?> f : all) {
        f.get(10, TimeUnit.SECONDS);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void isConfiguredWronglyIfThereIsNoSuchProgram() {
    ExecHandler h = new ExecHandler("m", List.of("/no/such/program"));

    assertThatThrownBy(() -> h.start(ModuleContexts.any()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("modules.m.exec: cannot start /no/such/program");
  }

  @Test
  void letsTheProgramEndByItselfWhenItStops() throws Exception {
    Path ended = folder.resolve("ended");
    ExecHandler h = handler("while read -r l; do echo ack; done; echo bye > " + ended);
    h.handle(RecordedDelivery.of("x"));

    h.stop();

    assertThat(Files.readString(ended)).isEqualTo("bye\n");
  }

  private static Duration soon() {
    return Duration.ofSeconds(1);
  }

  private ExecHandler handler(String script) {
    ExecHandler h = new ExecHandler("m", List.of("/bin/sh", "-c", script));
    handlers.add(h);
    return h;
  }

  private static void awaitLines(Path file, int lines) throws IOException {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!Files.exists(file) || Files.readAllLines(file).size() < lines) {
      assertThat(System.nanoTime()).as("%d lines in time", lines).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}

package io.postbus.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Delivery;
import io.postbus.Puller;
import io.postbus.Subscription;
import io.postbus.cli.Command;
import io.postbus.cli.Command.Result;
import io.postbus.cli.ExitCode;
import io.postbus.cli.output.Json;
import io.postbus.message.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishCommandTest {
  private final InMemory memory = new InMemory();
  private final Puller puller =
      memory.bus.pull(Subscription.group("reader").topics("t").concurrency(1000));

  @AfterEach
  void close() {
    puller.close();
    memory.close();
  }

  @Test
  void sendsWhatTheArgumentsSay() {
    Result result =
        memory.run(
            "publish",
            "t",
            "--type",
            "Earned",
            "--key",
            "ann",
            "-H",
            "a=b=c",
            "-H",
            "d=",
            "--id",
            "id-1",
            "--source",
            "shop",
            "--subject",
            "sub",
            "{\"amount\":5}");
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("id-1", "published");
    Message m = one();
    assertThat(m.id()).isEqualTo("id-1");
    assertThat(m.type()).isEqualTo("Earned");
    assertThat(m.key()).isEqualTo("ann");
    assertThat(m.headers()).containsEntry("a", "b=c").containsEntry("d", "");
    assertThat(m.source()).isEqualTo("shop");
    assertThat(m.subject()).isEqualTo("sub");
    assertThat(m.contentType()).isEqualTo("application/json");
    assertThat(m.payload()).asString().isEqualTo("{\"amount\":5}");
  }

  @Test
  void takesTheBodyFromAFileOrFromStdin(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("body.bin"), new byte[] {1, (byte) 0xFF, 0});
    assertThat(memory.run("publish", "t", "-t", "X", "@" + file).code()).isZero();
    Message binary = one();
    assertThat(binary.payload()).containsExactly(1, 0xFF, 0);
    assertThat(binary.contentType()).isEqualTo("application/octet-stream");
    assertThat(memory.run(Command.PLAIN.in("péage\n"), "publish", "t", "-t", "X", "-").code())
        .isZero();
    Message text = one();
    assertThat(text.payload()).asString().isEqualTo("péage\n");
    assertThat(text.contentType()).isEqualTo("text/plain; charset=utf-8");
    assertThat(memory.run("publish", "t", "-t", "X", "@@home").code()).isZero();
    assertThat(one().payload()).asString().isEqualTo("@home");
  }

  @Test
  void repeatsABodyWithItsNumber() {
    Result result =
        memory.run("publish", "t", "-t", "X", "-k", "k{n}", "n {n}", "-n", "3", "-o", "jsonl");
    assertThat(result.code()).isZero();
    List<Message> all = take(3);
    assertThat(all).extracting(Message::key).containsExactlyInAnyOrder("k1", "k2", "k3");
    assertThat(all)
        .extracting(m -> new String(m.payload(), java.nio.charset.StandardCharsets.UTF_8))
        .containsExactlyInAnyOrder("n 1", "n 2", "n 3");
    assertThat(result.lines())
        .hasSize(3)
        .allSatisfy(
            line ->
                assertThat(Json.mapper().readTree(line).get("outcome").asString())
                    .isEqualTo("published"));
  }

  @Test
  void aBodyInBracesStaysAsItIsWhereItIsNotRepeated() {
    assertThat(memory.run("publish", "t", "-t", "X", "{n}").code()).isZero();
    assertThat(one().payload()).asString().isEqualTo("{n}");
  }

  @Test
  void keepsToARate() {
    long begun = System.nanoTime();
    Result result = memory.run("publish", "t", "-t", "X", "x", "-n", "21", "--rate", "50/s");
    assertThat(result.code()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(390));
    assertThat(take(21)).hasSize(21);
  }

  @Test
  void aLineIsABody() {
    Result result =
        memory.run(Command.PLAIN.in("one\n\ntwo"), "publish", "t", "-t", "X", "--lines", "-");
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("published  3");
    assertThat(take(3)).extracting(Message::type).containsOnly("X");
  }

  @Test
  void aLineOfJsonIsAMessageAndTheCommandLineFillsItsGaps() {
    String lines =
        """
        {"topic":"t","type":"Own","partitionkey":"k","data":{"a":1},"headers":{"h":"v"}}

        {"data":"text","deadletter":{"group":"g"}}
        """;
    Result result =
        memory.run(Command.PLAIN.in(lines), "publish", "t", "-t", "Given", "--jsonl", "-");
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    List<Message> all = new ArrayList<>(take(2));
    all.sort(java.util.Comparator.comparing(Message::type));
    assertThat(all.get(0).type()).isEqualTo("Given");
    assertThat(all.get(0).headers()).isEmpty();
    assertThat(all.get(1).key()).isEqualTo("k");
    assertThat(all.get(1).headers()).containsEntry("h", "v");
  }

  @Test
  void badLinesFailAloneAndAreNamed() {
    String lines = "{\"type\":\"X\",\"data\":1}\nnonsense\n{\"data\":2}\n";
    Result result = memory.run(Command.PLAIN.in(lines), "publish", "t", "--jsonl", "-");
    assertThat(result.code()).isEqualTo(ExitCode.PART_FAILED);
    assertThat(result.err()).contains("line 2", "line 3", "has no type", "2 of 3");
    assertThat(take(1)).hasSize(1);
  }

  @Test
  void whatNobodySubscribedToIsNotFound() {
    Result result = memory.run("publish", "nobody", "-t", "X", "x");
    assertThat(result.code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(result.err()).contains("The topic nobody has no group");
    assertThat(result.out()).contains("failed");
  }

  @Test
  void mistakesAreMisuse(@TempDir Path folder) {
    assertThat(memory.run("publish").code()).isEqualTo(ExitCode.USAGE);
    assertThat(memory.run("publish", "t", "x").err()).contains("--type");
    assertThat(memory.run("publish", "t t", "-t", "X").code()).isEqualTo(ExitCode.USAGE);
    assertThat(memory.run("publish", "t", "-t", "X*", "x").code()).isEqualTo(ExitCode.USAGE);
    assertThat(memory.run("publish", "t", "-t", "X", "@" + folder.resolve("none")).err())
        .contains("There is no file");
    assertThat(memory.run("publish", "t", "-t", "X", "--handle", "h", "x").err())
        .contains("delayed");
    assertThat(memory.run("publish", "t", "-t", "X", "x", "--lines", "-").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(memory.run("publish", "t", "-t", "X", "x", "--rate", "fast").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(take(0)).isEmpty();
  }

  @Test
  void staysUntilWhatItDelayedInItsOwnMemoryIsSent() {
    Instant begun = Instant.now();
    Result result = memory.run("publish", "t", "-t", "X", "later", "--after", "500ms");
    assertThat(result.code()).isZero();
    assertThat(result.err()).contains("stays until all is sent");
    assertThat(Instant.now()).isAfterOrEqualTo(begun.plusMillis(500));
    assertThat(one().payload()).asString().isEqualTo("later");
  }

  @Test
  void aMessageCanBeForOneGroupOnly() {
    try (Puller other = memory.bus.pull(Subscription.group("other").topics("t"))) {
      assertThat(memory.run("publish", "t", "-t", "X", "x", "--to-group", "other").code()).isZero();
      assertThat(other.pull(10, Duration.ofSeconds(10))).hasSize(1);
      assertThat(puller.pull(10, Duration.ofMillis(100))).isEmpty();
    }
  }

  private Message one() {
    return take(1).get(0);
  }

  /** So many, within ten seconds; for none it only looks whether there are any. */
  private List<Message> take(int count) {
    List<Message> all = new ArrayList<>();
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    Duration wait = count == 0 ? Duration.ofMillis(100) : Duration.ofSeconds(1);
    do {
      for (Delivery d : puller.pull(1000, wait)) {
        all.add(d.message());
        assertThat(d.ack()).isTrue();
      }
    } while (all.size() < count && System.nanoTime() < deadline);
    assertThat(all).hasSize(count);
    return all;
  }
}

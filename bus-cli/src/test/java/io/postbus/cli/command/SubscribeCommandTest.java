package io.postbus.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.cli.Command.Result;
import io.postbus.cli.ExitCode;
import io.postbus.cli.output.Json;
import io.postbus.message.Message;
import io.postbus.spi.Group;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SubscribeCommandTest {
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(20));

  private final InMemory memory = new InMemory();

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void showsWhatIsPublishedAndLeavesNoGroupBehind() throws Exception {
    CompletableFuture<Result> tail = tail("-n", "2", "-o", "jsonl");
    memory.bus.publish(Message.of("t", "First", "text").key("k").header("h", "v"));
    memory.bus.publish(Message.of("t", "Second", new byte[] {(byte) 0xFF}));
    Result result = tail.get(20, TimeUnit.SECONDS);
    assertThat(result.code()).isZero();
    assertThat(result.lines()).hasSize(2);
    JsonNode first = Json.mapper().readTree(result.lines().get(0));
    assertThat(first.get("type").asString()).isEqualTo("First");
    assertThat(first.get("data").asString()).isEqualTo("text");
    assertThat(first.get("partitionkey").asString()).isEqualTo("k");
    assertThat(first.at("/headers/h").asString()).isEqualTo("v");
    assertThat(memory.bus.groups().list()).isEmpty();
  }

  @Test
  void showsOnlyTheEventsWanted() throws Exception {
    CompletableFuture<Result> tail = tail("-n", "1", "--event", "Wanted*");
    memory.bus.publish(Message.of("t", "Other", "no"));
    memory.bus.publish(Message.of("t", "WantedNow", "yes"));
    Result result = tail.get(20, TimeUnit.SECONDS);
    assertThat(result.out()).contains("WantedNow", "yes").doesNotContain("Other");
  }

  @Test
  void whatDoesNotComeInTimeIsATimeout() {
    Result few = memory.run("subscribe", "t", "-n", "1", "--timeout", "300ms");
    assertThat(few.code()).isEqualTo(ExitCode.TIMEOUT);
    assertThat(few.err()).contains("0 of 1");
    assertThat(memory.run("subscribe", "t", "--timeout", "300ms").code()).isZero();
    assertThat(memory.bus.groups().list()).isEmpty();
  }

  @Test
  void mayTakeFromAGroupThatStays() throws Exception {
    CompletableFuture<Result> tail = tail("-n", "1", "--group", "kept");
    memory.bus.publish(Message.of("t", "X", "x"));
    assertThat(tail.get(20, TimeUnit.SECONDS).code()).isZero();
    assertThat(memory.bus.groups().list()).extracting(Group::name).containsExactly("kept");
  }

  @Test
  void historyThatTheBrokerDoesNotKeepIsRefused() {
    Result result = memory.run("subscribe", "t", "--earliest");
    assertThat(result.code()).isIn(ExitCode.FAILURE, ExitCode.USAGE);
    assertThat(result.err()).contains("history").doesNotContain("\tat ");
  }

  /** Tails the topic {@code t}; returns once it gets what is published. */
  private CompletableFuture<Result> tail(String... args) {
    List<String> all = new java.util.ArrayList<>(List.of("subscribe", "t"));
    all.addAll(List.of(args));
    CompletableFuture<Result> result =
        CompletableFuture.supplyAsync(() -> memory.run(all.toArray(String[]::new)));
    SOON.until(
        "it has a group",
        () ->
            memory.bus.groups().list().stream()
                .anyMatch(g -> memory.bus.groups().backlog(g.name()).members().orElse(0) == 1));
    return result;
  }
}

package io.postbus.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Consuming;
import io.postbus.Filter;
import io.postbus.NotRetryable;
import io.postbus.Publish;
import io.postbus.Puller;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.cli.Command;
import io.postbus.cli.Command.Result;
import io.postbus.cli.ExitCode;
import io.postbus.cli.Terminal;
import io.postbus.cli.output.Json;
import io.postbus.message.Message;
import io.postbus.tck.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Looking after topics, groups, dead letters, delayed messages and locks. */
class OperatingTest {
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(20));
  private static final Terminal PERSON = new Terminal(true, true, true, false);

  private final InMemory memory = new InMemory();

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void listsGroupsWithWhatIsBeforeThem() {
    waiting("g.one", 3);
    JsonNode groups = Json.mapper().readTree(memory.run("group", "ls", "-o", "json").out());
    assertThat(groups).hasSize(1);
    assertThat(groups.get(0).get("group").asString()).isEqualTo("g.one");
    assertThat(groups.get(0).get("ready").asInt()).isEqualTo(3);
    assertThat(memory.run("group", "show", "g.one").out()).contains("ready      3", "dead");
    assertThat(memory.run("topic", "ls").out()).contains("t      g.one");
    assertThat(memory.run("topic", "show", "t").out()).contains("g.one: *");
  }

  @Test
  void whatIsNotThereIsNotFoundAndTheNearestIsNamed() {
    waiting("g.one", 0);
    Result group = memory.run("group", "show", "g.onee");
    assertThat(group.code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(group.err()).contains("did you mean g.one?");
    assertThat(memory.run("topic", "show", "u").code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(memory.run("dead", "show", "g.one", "id").code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(memory.run("dead", "redrive", "g.one", "id").code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(memory.run("delayed", "cancel", "id").code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(memory.run("delayed", "show", "id").code()).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void destroysOnlyWithConsentAndSaysHowMuchFirst() {
    waiting("g.one", 3);
    Result refused = memory.run("group", "purge", "g.one");
    assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("3 waiting messages", "--yes");
    assertThat(ready("g.one")).isEqualTo(3);
    Result no = memory.run(Command.PLAIN.terminal(PERSON).in("n\n"), "group", "purge", "g.one");
    assertThat(no.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(ready("g.one")).isEqualTo(3);
    Result yes = memory.run(Command.PLAIN.terminal(PERSON).in("y\n"), "group", "purge", "g.one");
    assertThat(yes.code()).isZero();
    assertThat(yes.err()).contains("Go on?");
    assertThat(yes.out()).contains("dropped  3");
    assertThat(ready("g.one")).isZero();
    assertThat(memory.run("group", "rm", "g.one", "--yes").code()).isZero();
    assertThat(memory.bus.groups().list()).isEmpty();
  }

  @Test
  void showsRedrivesAndDeletesDeadLetters() {
    Set<String> handled = ConcurrentHashMap.newKeySet();
    Set<String> poisonous = ConcurrentHashMap.newKeySet();
    try (Consuming consuming = consume(handled, poisonous)) {
      List<String> ids = List.of("one", "two", "three");
      poisonous.addAll(ids);
      ids.forEach(id -> memory.bus.publish(Message.of("t", "X", id).id(id).key("k")));
      SOON.until(
          "all are dead", () -> memory.bus.deadLetters("g").count(Filter.all()) == ids.size());
      assertThat(memory.run("dead", "ls").out()).contains("g         3");
      assertThat(memory.run("dead", "ls", "g", "--error", "poisonexception").out())
          .contains("one", "two", "three", "PoisonException", "bad one");
      assertThat(memory.run("dead", "ls", "g", "--error", "other").lines()).hasSize(1);
      assertThat(memory.run("dead", "show", "g", "two").out())
          .contains("payload", "bad two", "OperatingTest$PoisonException", "\tat ".trim());

      poisonous.clear();
      Result dry = memory.run("dead", "redrive", "g", "--dry-run");
      assertThat(dry.out()).contains("matched  3", "sent     0");
      Result one = memory.run("dead", "redrive", "g", "two");
      assertThat(one.code()).isZero();
      SOON.until("it is handled", () -> handled.contains("two"));
      assertThat(memory.run("dead", "delete", "g").code()).isEqualTo(ExitCode.USAGE);
      Result deleted = memory.run("dead", "delete", "g", "--yes");
      assertThat(deleted.err()).contains("2 dead letters of the group g");
      assertThat(memory.bus.deadLetters("g").count(Filter.all())).isZero();
      assertThat(consuming.subscription().group()).isEqualTo("g");
    }
    assertThat(handled).containsExactly("two");
  }

  @Test
  void showsAndRedrivesWhatCouldNeverBeSent() {
    memory.buryUnsent("lost", "nobody");
    assertThat(memory.run("dead", "ls").out()).containsPattern("postbus.unsent +1");
    assertThat(memory.run("dead", "ls", "postbus.unsent").out())
        .contains("lost", "nobody", "UNROUTABLE", "no group");
    assertThat(memory.run("dead", "show", "postbus.unsent", "lost").out()).contains("payload");
    exists("g", "nobody");
    assertThat(memory.run("dead", "redrive", "postbus.unsent", "--topic", "nobody").out())
        .contains("sent     1");
    SOON.until("it is sent", () -> ready("g") == 1);
    assertThat(memory.run("dead", "ls").out()).doesNotContain("unsent");
  }

  @Test
  void anExportCanBePublishedAgain(@TempDir Path folder) throws Exception {
    Set<String> handled = ConcurrentHashMap.newKeySet();
    Set<String> poisonous = ConcurrentHashMap.newKeySet(Set.of("one").size());
    poisonous.add("one");
    try (Consuming consuming = consume(handled, poisonous)) {
      memory.bus.publish(Message.of("t", "X", "payload").id("one").key("k").header("h", "v"));
      SOON.until("it is dead", () -> memory.bus.deadLetters("g").count(Filter.all()) == 1);
      Path file = folder.resolve("dead.jsonl");
      assertThat(memory.run("dead", "export", "g", "--file", file.toString()).code()).isZero();
      assertThat(memory.run("dead", "export", "g", "--file", file.toString()).err())
          .contains("There is a file");
      JsonNode line = Json.mapper().readTree(Files.readString(file));
      assertThat(line.at("/deadletter/error").asString()).endsWith("PoisonException");
      assertThat(memory.run("dead", "export", "g").out()).isEqualTo(Files.readString(file));

      poisonous.clear();
      assertThat(memory.run("publish", "--jsonl", file.toString()).code()).isZero();
      SOON.until("it is handled", () -> handled.contains("one"));
      assertThat(consuming.subscription().topics()).containsExactly("t");
    }
  }

  @Test
  void looksAfterDelayedMessages() {
    waiting("g", 0);
    Duration hour = Duration.ofHours(1);
    memory.bus.publish(Message.of("t", "X", "a").id("a"), Publish.after(hour).handle("h"));
    memory.bus.publish(Message.of("t", "X", "b").id("b"), Publish.after(hour).handle("h"));
    memory.bus.publish(Message.of("t", "Y", "c").id("c"), Publish.after(hour));
    memory.bus.publish(Message.of("t", "Y", "d").id("d"), Publish.after(hour));
    assertThat(memory.run("delayed", "ls", "-o", "jsonl").lines()).hasSize(4);
    assertThat(memory.run("delayed", "ls", "-t", "Y", "-n", "1").err()).contains("There are more");
    assertThat(memory.run("delayed", "show", "h").out()).contains("payload", "a", "b");
    Result several = memory.run("delayed", "cancel", "h");
    assertThat(several.code()).isEqualTo(ExitCode.USAGE);
    assertThat(several.err()).contains("2 messages");
    assertThat(memory.run("delayed", "cancel", "h", "-y").out()).contains("cancelled");
    assertThat(memory.run("delayed", "reschedule", "c", "--after", "2h").code()).isZero();
    assertThat(memory.run("delayed", "reschedule", "c").code()).isEqualTo(ExitCode.USAGE);
    assertThat(memory.run("delayed", "ls", "--within", "90m").out())
        .contains("d")
        .doesNotContain(" c ");
    assertThat(memory.run("delayed", "send-now", "d").code()).isZero();
    SOON.until("it is sent", () -> ready("g") == 1);
    SOON.until("it has left", () -> memory.bus.delayed().count(Filter.all()) == 1);
  }

  @Test
  void listsLocks() {
    try (var lock = memory.bus.locks().acquire("month-end", Duration.ofMinutes(1))) {
      assertThat(lock.held()).isTrue();
      assertThat(memory.run("lock", "ls").out()).contains("month-end");
    }
  }

  /** A group with so many messages before it, and nobody who handles them. */
  private void waiting(String group, int messages) {
    exists(group, "t");
    for (int i = 0; i < messages; i++) {
      memory.bus.publish(Message.of("t", "X", "x"));
    }
  }

  private void exists(String group, String topic) {
    try (Puller joined = memory.bus.pull(Subscription.group(group).topics(topic))) {
      assertThat(joined).isNotNull();
    }
  }

  private long ready(String group) {
    return memory.bus.groups().backlog(group).ready();
  }

  /** The group {@code g} of the topic {@code t}, which gives up on what is poisonous. */
  private Consuming consume(Set<String> handled, Set<String> poisonous) {
    return memory.bus.subscribe(
        Subscription.group("g").topics("t").retry(RetrySchedule.NONE),
        delivery -> {
          if (poisonous.contains(delivery.message().id())) {
            throw new PoisonException("bad " + delivery.message().id());
          }
          handled.add(delivery.message().id());
        });
  }

  private static final class PoisonException extends Exception implements NotRetryable {
    private static final long serialVersionUID = 1L;

    PoisonException(String message) {
      super(message);
    }
  }
}

package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.ConnectionState;
import io.postbus.spi.Signals.Listening;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Hints between nodes. They may be lost, so every test repeats them until they are heard. */
abstract class SignalsContract extends DriverScene {
  private static final String SUBJECT = "shards";

  SignalsContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void everyNodeHearsASignalAndSoDoesItsSender() {
    Node sender = node();
    Heard own = listen(sender, SUBJECT);
    Heard others = listen(node(), SUBJECT);
    until(sender, "moved 7", own, others);
  }

  @Test
  void aSignalMayBeLongAndOfAnyCharacters() {
    Node node = node();
    Heard heard = listen(node, SUBJECT);
    until(node, "größe 日本 \n\t\" " + "x".repeat(980), heard);
    until(node, "", heard);
  }

  @Test
  void aListenerHearsItsSubjectOnly() {
    Node node = node();
    Heard shards = listen(node, SUBJECT);
    Heard locks = listen(node, "locks");
    until(node, "a", shards);
    node.driver().signals().send("locks", "b");
    until(node, "c", shards);
    assertThat(shards.texts).doesNotContain("b");
    assertThat(locks.texts).doesNotContain("a", "c");
  }

  @Test
  void namespacesDoNotHearEachOther() {
    NodeContext elsewhere =
        new NodeContext("else-" + fixture.namespace(), name("node"), Duration.ofSeconds(15));
    Node other = closing(new Node(fixture, fixture.link(), elsewhere));
    other.await(ConnectionState.CONNECTED);
    Heard far = listen(other, SUBJECT);
    until(other, "far", far);
    Node node = node();
    Heard near = listen(node, SUBJECT);
    until(node, "near", near);
    until(other, "far again", far);
    assertThat(far.texts).doesNotContain("near");
    assertThat(near.texts).doesNotContain("far", "far again");
  }

  @Test
  void whoClosedHearsNoMore() {
    Node node = node();
    Heard closed = listen(node, SUBJECT);
    Heard open = listen(node, SUBJECT);
    until(node, "before", closed, open);
    closed.listening.close();
    closed.listening.close();
    until(node, "after", open);
    assertThat(closed.texts).doesNotContain("after");
  }

  @Test
  void withoutAConnectionASignalIsLostAndNothingElse() {
    Node node = node();
    Heard heard = listen(node, SUBJECT);
    node.link().down();
    long start = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      node.driver().signals().send(SUBJECT, "lost " + i);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    node.link().restore();
    until(node, "back", heard);
  }

  private Heard listen(Node node, String subject) {
    return closing(new Heard(node, subject));
  }

  /** Repeats the signal until each has heard it. */
  private void until(Node sender, String text, Heard... all) {
    eventually()
        .until(
            "everybody has heard \"%.20s\"".formatted(text),
            () -> {
              sender.driver().signals().send(SUBJECT, text);
              return List.of(all).stream().allMatch(h -> h.texts.contains(text));
            });
  }

  private static final class Heard implements AutoCloseable {
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final Listening listening;

    Heard(Node node, String subject) {
      listening = node.driver().signals().listen(subject, texts::add);
    }

    @Override
    public void close() {
      listening.close();
    }
  }
}

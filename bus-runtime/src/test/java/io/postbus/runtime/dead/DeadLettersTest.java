package io.postbus.runtime.dead;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.DeadLetter;
import io.postbus.DeadLetters;
import io.postbus.DeadLetters.Redriven;
import io.postbus.Filter;
import io.postbus.Page;
import io.postbus.Redrive;
import io.postbus.message.Message;
import io.postbus.spi.Failure;
import io.postbus.spi.PublishException.Outcome;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The same of both places: what a team sees must not depend on where its dead letters lie. */
class DeadLettersTest {
  @Nested
  class InTheStore extends Contract {
    @Override
    DeadLetters letters() {
      return rig.stored("a");
    }

    @Override
    void bury(Message m, int attempts, Failure failure) {
      rig.store("a", m, attempts, failure);
    }

    @Test
    void whoeverMovesALetterFirstIsTheOnlyOneWhoSendsIt() throws Exception {
      bury(100);
      List<CompletableFuture<Redriven>> racing = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        racing.add(CompletableFuture.supplyAsync(() -> letters().redrive(Filter.all())));
      }
      long sent = 0;
      for (CompletableFuture<Redriven> r : racing) {
        sent += r.get(20, TimeUnit.SECONDS).sent();
      }

      assertThat(sent).isEqualTo(100);
      assertThat(rig.ready("a")).isEqualTo(100);
    }
  }

  @Nested
  class OnTheBroker extends Contract {
    @Override
    DeadLetters letters() {
      return rig.onBroker("a");
    }

    @Override
    void bury(Message m, int attempts, Failure failure) {
      rig.toBroker("a", m, attempts, failure);
    }

    @Test
    void aGroupThatHasNoneGetsNoQueueByAsking() {
      assertThat(rig.onBroker("other").list(Filter.all(), null, 10).items()).isEmpty();
      assertThat(rig.onBroker("other").count(Filter.all())).isZero();
      assertThat(rig.broker.groups()).doesNotContain("dlq.other");
    }

    @Test
    void whatAnotherProgramGaveUpOnIsListedWithoutAReason() {
      rig.toBroker("a", Message.of("orders", "Placed", new byte[0]));

      DeadLetter letter = letters().list(Filter.all(), null, 10).items().get(0);

      assertThat(letter.failure().error()).isEqualTo("unknown");
    }
  }

  abstract static class Contract {
    final DeadRig rig = new DeadRig();

    abstract DeadLetters letters();

    abstract void bury(Message m, int attempts, Failure failure);

    @AfterEach
    void close() {
      rig.close();
    }

    @Test
    void aLetterTellsWhatBecameOfIt() {
      Message m = Message.of("orders", "Placed", new byte[] {7}).key("k").header("tenant", "x");
      bury(m, 4, failure("java.io.IOException", 2));

      DeadLetter letter = letters().find(m.id()).orElseThrow();

      assertThat(letter.message()).isEqualTo(m);
      assertThat(letter.message().payload()).containsExactly(7);
      assertThat(letter.group()).isEqualTo("a");
      assertThat(letter.attempts()).isEqualTo(4);
      assertThat(letter.failure()).isEqualTo(failure("java.io.IOException", 2));
      assertThat(letters().find("nobody")).isEqualTo(Optional.empty());
    }

    @Test
    void aPageEndsWhereTheNextBegins() {
      List<Message> all = bury(7);

      List<String> seen = new ArrayList<>();
      String cursor = null;
      do {
        Page<DeadLetter> page = letters().list(Filter.all(), cursor, 3);
        page.items().forEach(l -> seen.add(l.message().id()));
        cursor = page.next().orElse(null);
      } while (cursor != null);

      assertThat(seen).containsExactlyElementsOf(all.stream().map(Message::id).toList());
    }

    @Test
    void aFilterMeansTypeTopicErrorAndTime() {
      bury(Message.of("orders", "Placed", new byte[0]), 1, failure("TimeoutException", 0));
      bury(Message.of("orders", "Paid", new byte[0]), 1, failure("java.io.IOException", 0));
      bury(Message.of("parcels", "Sent", new byte[0]), 1, failure("TimeoutException", 0));

      assertThat(letters().count(Filter.all())).isEqualTo(3);
      assertThat(letters().count(Filter.error("timeout"))).isEqualTo(2);
      assertThat(letters().count(Filter.error("BROKEN PIPE"))).isEqualTo(3);
      assertThat(letters().count(Filter.error("timeout").andTopic("orders"))).isEqualTo(1);
      assertThat(letters().count(Filter.type("Paid"))).isEqualTo(1);
      Instant last = failure("x", 0).last();
      assertThat(letters().count(Filter.between(last, last.plusMillis(1)))).isEqualTo(3);
      assertThat(letters().count(Filter.between(last.minusSeconds(1), last))).isZero();
    }

    @Test
    void aRedrivenMessageIsAFirstAttemptThatKeepsItsId() {
      Message m = Message.of("orders", "Placed", new byte[] {7}).key("k");
      bury(m, 4, failure("java.io.IOException", 2));

      Redriven redriven = letters().redrive(Filter.all());

      assertThat(redriven).isEqualTo(new Redriven(1, 1, 0));
      Message again = rig.handedOut("a");
      assertThat(again.id()).isEqualTo(m.id());
      assertThat(again.payload()).containsExactly(7);
      assertThat(io.postbus.runtime.publish.PostbusHeaders.attempt(again)).isEqualTo(1);
      assertThat(io.postbus.runtime.publish.PostbusHeaders.redrives(again)).isEqualTo(3);
      assertThat(letters().count(Filter.all())).isZero();
    }

    @Test
    void onlyWhatMatchesIsRedriven() {
      bury(Message.of("orders", "Placed", new byte[0]), 1, failure("TimeoutException", 0));
      bury(Message.of("orders", "Paid", new byte[0]), 1, failure("java.io.IOException", 0));
      bury(Message.of("orders", "Placed", new byte[0]), 1, failure("TimeoutException", 0));

      assertThat(letters().redrive(Filter.error("TimeoutException")).sent()).isEqualTo(2);

      assertThat(rig.ready("a")).isEqualTo(2);
      assertThat(letters().list(Filter.all(), null, 10).items())
          .extracting(l -> l.message().type())
          .containsExactly("Paid");
    }

    @Test
    void aDryRunOnlyCounts() {
      bury(5);

      assertThat(letters().redrive(Filter.all(), Redrive.now().dryRun()))
          .isEqualTo(new Redriven(5, 0, 0));
      assertThat(rig.ready("a")).isZero();
      assertThat(letters().count(Filter.all())).isEqualTo(5);
    }

    @Test
    void aRedriveStopsAtItsLimit() {
      bury(5);

      assertThat(letters().redrive(Filter.all(), Redrive.now().limit(2)).sent()).isEqualTo(2);
      assertThat(rig.ready("a")).isEqualTo(2);
      assertThat(letters().count(Filter.all())).isEqualTo(3);
    }

    @Test
    void whatCannotBeSentStaysADeadLetter() {
      bury(3);
      rig.broker.failNext(2, Outcome.REJECTED);

      Redriven redriven = letters().redrive(Filter.all());

      assertThat(redriven).isEqualTo(new Redriven(3, 1, 2));
      assertThat(letters().count(Filter.all())).isEqualTo(2);
      assertThat(letters().list(Filter.all(), null, 10).items())
          .allMatch(l -> l.failure().redrives() == 0);
    }

    @Test
    void aRateSpreadsThemOverTime() throws Exception {
      bury(6);
      DeadLetters letters = letters();
      int others = rig.timeline.timers();
      CompletableFuture<Redriven> redrive =
          CompletableFuture.supplyAsync(() -> letters.redrive(Filter.all(), Redrive.rate(2)));
      rig.timeline.idleWhen(() -> redrive.isDone() || rig.timeline.timers() > others);

      sentAfter(Duration.ZERO, 1);
      sentAfter(Duration.ofMillis(499), 1);
      sentAfter(Duration.ofMillis(1), 2);
      for (int i = 3; i <= 6; i++) {
        sentAfter(Duration.ofMillis(500), i);
      }
      finishOnTheBroker(redrive);

      assertThat(redrive.get(20, TimeUnit.SECONDS)).isEqualTo(new Redriven(6, 6, 0));
    }

    @Test
    void deletedLettersAreGoneForGood() {
      bury(Message.of("orders", "Placed", new byte[0]), 1, failure("TimeoutException", 0));
      bury(Message.of("orders", "Paid", new byte[0]), 1, failure("java.io.IOException", 0));

      assertThat(letters().delete(Filter.type("Paid"))).isEqualTo(1);

      assertThat(letters().count(Filter.all())).isEqualTo(1);
      assertThat(rig.ready("a")).isZero();
    }

    List<Message> bury(int count) {
      List<Message> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Message m = Message.of("orders", "Placed", new byte[] {(byte) i});
        Instant last = failure("x", 0).last().plusMillis(i);
        bury(m, 1, new Failure(failure("x", 0).first(), last, "x", "broken pipe", "", 0));
        all.add(m);
      }
      return all;
    }

    private void sentAfter(Duration step, int sent) {
      rig.timeline.advance(step);
      Eventually.within(Duration.ofSeconds(5))
          .until("sent " + sent + " of " + rig.ready("a"), () -> rig.ready("a") == sent);
    }

    /** There the last walk, which finds nothing, has its turn too. */
    private void finishOnTheBroker(CompletableFuture<Redriven> redrive) {
      Eventually.within(Duration.ofSeconds(10))
          .until(
              "the redrive has ended",
              () -> {
                rig.timeline.advance(Duration.ofMillis(500));
                return redrive.isDone();
              });
    }
  }

  static Failure failure(String error, int redrives) {
    Instant first = Instant.parse("2026-03-01T10:00:00Z");
    return new Failure(first, first.plusSeconds(60), error, "broken pipe", "at x", redrives);
  }
}

package io.postbus.runtime.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Message;
import io.postbus.runtime.publish.Ticket;
import io.postbus.runtime.time.VirtualTimeline;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Slot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AckSenderTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final Duration GATHER = Duration.ofMillis(50);
  private static final Ticket TICKET =
      new Ticket("s-1", 7, NOW.plusSeconds(60), 0, 1, Duration.ofSeconds(60));

  private record Sent(@Nullable String connection, String group, Message message) {
    List<Acknowledgement> acknowledgements() {
      return Acknowledgement.read(message.payload());
    }
  }

  private final VirtualTimeline time = new VirtualTimeline(NOW);
  private final List<Sent> sent = new ArrayList<>();
  private CompletionStage<Void> answer = CompletableFuture.completedStage(null);
  private final AckSender sender = new AckSender(this::send, time, Runnable::run);

  private CompletionStage<Void> send(@Nullable String connection, String group, Message m) {
    sent.add(new Sent(connection, group, m));
    return answer;
  }

  private void acknowledge(int first, int count) {
    for (int i = first; i < first + count; i++) {
      sender.acknowledge(null, TICKET, "m" + i, "mail");
    }
  }

  private static List<Slot> slots(int first, int count) {
    List<Slot> slots = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      slots.add(TICKET.slot("m" + i, "mail"));
    }
    return slots;
  }

  @Test
  void tellsWhatCameWithinAMomentTogether() {
    acknowledge(0, 3);
    time.advance(GATHER.minusMillis(1));
    assertThat(sent).isEmpty();
    time.advance(Duration.ofMillis(1));

    Sent one = sent.get(0);
    assertThat(sent).hasSize(1);
    assertThat(one.group).isEqualTo("postbus.acks.s-1");
    assertThat(one.connection).isNull();
    assertThat(one.acknowledgements())
        .extracting(Acknowledgement::slot)
        .containsExactlyElementsOf(slots(0, 3));
    assertThat(one.acknowledgements())
        .allSatisfy(a -> assertThat(a.shard()).isEqualTo(7))
        .allSatisfy(a -> assertThat(a.ackWithin()).isEqualTo(Duration.ofSeconds(60)));
  }

  @Test
  void tellsEachStoreOnEachConnectionOfItsOwn() {
    Ticket other = new Ticket("s-2", 1, NOW, 0, 1, Duration.ofSeconds(1));
    sender.acknowledge(null, TICKET, "a", "mail");
    sender.acknowledge("eu", TICKET, "b", "mail");
    sender.acknowledge(null, other, "c", "mail");
    time.advance(GATHER);

    assertThat(sent)
        .extracting(s -> s.connection + " " + s.group)
        .containsExactlyInAnyOrder(
            "null postbus.acks.s-1", "eu postbus.acks.s-1", "null postbus.acks.s-2");
  }

  @Test
  void tellsAtMostSoManyAtATime() {
    acknowledge(0, 1_201);
    time.advance(GATHER);

    assertThat(sent).extracting(s -> s.acknowledgements().size()).containsExactly(500, 500, 201);
  }

  @Test
  void triesAgainForAMinute() {
    answer = CompletableFuture.failedStage(new ConnectionException("away", null));
    acknowledge(0, 2);
    time.advance(Duration.ofSeconds(10));
    assertThat(sent).hasSizeBetween(9, 12);
    answer = CompletableFuture.completedStage(null);
    acknowledge(2, 1);
    time.advance(Duration.ofSeconds(10));
    assertThat(sent.get(sent.size() - 1).acknowledgements()).hasSize(3);
    int there = sent.size();

    answer = CompletableFuture.failedStage(new ConnectionException("away", null));
    acknowledge(3, 1);
    time.advance(Duration.ofMinutes(3));
    assertThat(sent.size() - there).isBetween(55, 65);
    answer = CompletableFuture.completedStage(null);
    time.advance(Duration.ofMinutes(3));
    assertThat(sent.size() - there).isBetween(55, 65);
  }

  @Test
  void holdsOnlySoManyForABrokerThatDoesNotAnswer() {
    CompletableFuture<Void> pending = new CompletableFuture<>();
    answer = pending;
    acknowledge(0, AckSender.MOST);
    time.advance(GATHER);
    acknowledge(AckSender.MOST, 100);
    time.advance(GATHER);
    assertThat(sent).hasSize(AckSender.MOST / AckSender.TOGETHER);

    pending.complete(null);
    acknowledge(0, 1);
    time.advance(GATHER);
    assertThat(sent).hasSize(AckSender.MOST / AckSender.TOGETHER + 1);
  }

  @Test
  void sendsTheRestWhenItCloses() {
    acknowledge(0, 1);
    sender.close();
    sender.close();
    assertThat(sent).hasSize(1);
    acknowledge(1, 1);
    time.advance(Duration.ofSeconds(1));
    assertThat(sent).hasSize(1);
  }

  @Test
  void doesNotWaitLongForABrokerThatDoesNotAnswer() {
    answer = new CompletableFuture<>();
    acknowledge(0, 1);
    long began = System.nanoTime();
    sender.close();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void readsOnlyWhatMakesSense() {
    Acknowledgement good = Acknowledgement.of(TICKET, "m", "mail");
    String text =
        new String(Acknowledgement.write(List.of(good)), StandardCharsets.US_ASCII)
            + "1 2\n"
            + "x "
            + good.slot()
            + " 1000\n"
            + "1 "
            + "z".repeat(32)
            + " 1000\n\n1 "
            + good.slot()
            + " 99999999999999999999\n";

    assertThat(Acknowledgement.read(text.getBytes(StandardCharsets.US_ASCII)))
        .containsExactly(good);
    assertThat(Acknowledgement.read(new byte[] {0, -1, 10})).isEmpty();
  }
}

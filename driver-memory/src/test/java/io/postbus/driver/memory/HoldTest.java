package io.postbus.driver.memory;

import static io.postbus.driver.memory.Peer.message;
import static io.postbus.driver.memory.Peer.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.spi.Consumer;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Producer;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With {@code max-hold}, what stays unsettled for too long is taken back. */
class HoldTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final ManualClock clock = new ManualClock();
  private final Peer peer = new Peer(MessageId.next(), Map.of("max-hold", "30m"), clock);
  private final List<Message> sent = new ArrayList<>();

  @AfterEach
  void close() {
    peer.close();
  }

  @Test
  void theDriverSaysSo() {
    assertThat(peer.driver.maxHold()).contains(Duration.ofMinutes(30));
  }

  @Test
  void whatIsHeldTooLongIsRevokedAndComesAgain() {
    Consumer consumer = peer.join(peer.declare("g", "t"), 10);
    publish(2);
    List<Received> early = consumer.poll(1, LONG);
    clock.advance(Duration.ofMinutes(20));
    List<Received> late = consumer.poll(1, LONG);
    clock.advance(Duration.ofMinutes(10));
    List<Received> again = consumer.poll(10, LONG);
    assertThat(peer.revoked).containsExactlyElementsOf(early);
    assertThat(again).extracting(Received::message).containsExactly(sent.get(0));
    assertThat(again).allMatch(Received::redelivered);
    assertThat(consumer.settle(early.get(0), Settlement.ACK)).isFalse();
    assertThat(consumer.settle(late.get(0), Settlement.ACK)).isTrue();
    assertThat(consumer.settle(again.get(0), Settlement.ACK)).isTrue();
  }

  @Test
  void aSettlementTooLateIsStaleAtOnce() {
    Consumer consumer = peer.join(peer.declare("g", "t"), 10);
    publish(1);
    Received held = consumer.poll(1, LONG).get(0);
    clock.advance(Duration.ofMinutes(30));
    assertThat(consumer.settle(held, Settlement.ACK)).isFalse();
  }

  @Test
  void itIsRevokedWithoutAnybodyAsking() {
    Consumer consumer = peer.join(peer.declare("g", "t"), 10);
    publish(1);
    List<Received> held = consumer.poll(1, LONG);
    clock.advance(Duration.ofMinutes(30));
    Eventually.within(LONG).until("it is revoked", () -> peer.revoked.equals(held));
  }

  @Test
  void anotherMemberThatWaitsGetsIt() {
    Group group = peer.declare("g", "t");
    Consumer holder = peer.join(group, 10);
    publish(1);
    assertThat(holder.poll(1, LONG)).hasSize(1);
    Poll heir = new Poll(peer.join(group, 10));
    clock.advance(Duration.ofMinutes(30));
    assertThat(heir.batch()).extracting(Received::message).containsExactlyElementsOf(sent);
  }

  @Test
  void withAnOrderAllOfItGoesToTheNextMember() {
    Group group = peer.declare(Peer.group("g", Order.KEY, "t"));
    Consumer first = peer.join(group, 10);
    Consumer second = peer.join(group, 10);
    publish(3);
    List<Received> held = new ArrayList<>(first.poll(2, LONG));
    clock.advance(Duration.ofMinutes(20));
    held.addAll(first.poll(1, LONG));
    clock.advance(Duration.ofMinutes(10));
    assertThat(second.poll(10, LONG)).extracting(Received::message).containsExactlyElementsOf(sent);
    Eventually.within(LONG).until("all are revoked", () -> peer.revoked.equals(held));
    assertThat(first.poll(10, Duration.ZERO)).isEmpty();
    assertThat(first.settle(held.get(2), Settlement.ACK)).isFalse();
  }

  private void publish(int count) {
    try (Producer producer = peer.producer(LONG)) {
      for (int i = 0; i < count; i++) {
        Message m = message("t");
        sent.add(m);
        send(producer, m);
      }
    }
  }
}

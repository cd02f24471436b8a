package io.postbus.driver.memory;

import static io.postbus.driver.memory.Peer.message;
import static io.postbus.driver.memory.Peer.refusal;
import static io.postbus.driver.memory.Peer.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Consumer;
import io.postbus.spi.Group;
import io.postbus.spi.Producer;
import io.postbus.spi.PublishException;
import io.postbus.spi.PublishException.Outcome;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BoundsTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final String broker = MessageId.next();

  @Test
  void aFullGroupTurnsPublishersAwayInTime() {
    try (Peer peer = new Peer(broker, Map.of("capacity", 3))) {
      Group group = peer.declare("g", "t");
      fill(peer, 3);
      Producer producer = peer.producer(Peer.SHORT);
      PublishException refused = refusal(producer, message("t"));
      assertThat(refused.outcome()).isEqualTo(Outcome.REJECTED);
      assertThat(refused.retryable()).isTrue();
      assertThat(refused).hasMessageContaining("The group g has its capacity of 3 messages");
      assertThat(peer.driver.topology().backlog(group).ready()).isEqualTo(3);
    }
  }

  @Test
  void unsettledMessagesCountToo() {
    try (Peer peer = new Peer(broker, Map.of("capacity", 3))) {
      Consumer consumer = peer.join(peer.declare("g", "t"), 10);
      fill(peer, 3);
      List<Received> held = consumer.poll(10, LONG);
      assertThat(refusal(peer.producer(Peer.SHORT), message("t"))).isNotNull();
      held.forEach(d -> consumer.settle(d, Settlement.ACK));
      fill(peer, 3);
    }
  }

  @Test
  void aPublisherThatWaitsGoesOnOnceThereIsRoom() {
    try (Peer peer = new Peer(broker, Map.of("capacity", 8))) {
      Consumer consumer = peer.join(peer.declare("g", "t"), 10);
      fill(peer, 8);
      var waiting = CompletableFuture.runAsync(() -> send(peer.producer(LONG), message("t")));
      told(peer, ConnectionState.BLOCKED);
      assertThat(waiting).isNotDone();
      consumer.poll(1, LONG).forEach(d -> consumer.settle(d, Settlement.ACK));
      waiting.join();
      consumer.poll(8, LONG).forEach(d -> consumer.settle(d, Settlement.ACK));
      told(peer, ConnectionState.CONNECTED);
    }
  }

  @Test
  void purgingAndRemovingMakeRoom() {
    try (Peer peer = new Peer(broker, Map.of("capacity", 4))) {
      Group group = peer.declare("g", "t");
      for (Runnable clearing :
          List.<Runnable>of(
              () -> assertThat(peer.driver.topology().purge(group)).isEqualTo(4),
              () -> peer.driver.topology().remove(group))) {
        peer.declare(group);
        fill(peer, 4);
        assertThat(refusal(peer.producer(Peer.SHORT), message("t"))).isNotNull();
        told(peer, ConnectionState.BLOCKED);
        clearing.run();
        told(peer, ConnectionState.CONNECTED);
      }
    }
  }

  @Test
  void aMessageThatOneGroupCannotTakeGoesToNone() {
    try (Peer peer = new Peer(broker, Map.of("capacity", 2))) {
      Group full = peer.declare("full", "t");
      fill(peer, 2);
      Group empty = peer.declare("empty", "t");
      assertThat(refusal(peer.producer(Peer.SHORT), message("t"))).isNotNull();
      assertThat(peer.driver.topology().backlog(empty).ready()).isZero();
      assertThat(peer.driver.topology().purge(full)).isEqualTo(2);
      fill(peer, 2);
      assertThat(peer.driver.topology().backlog(empty).ready()).isEqualTo(2);
    }
  }

  @Test
  void allGroupsTogetherHoldNoMoreThanTheBytes() {
    int one = Footprint.of(message("t"));
    try (Peer peer = new Peer(broker, Map.of("max-bytes", 4 * one))) {
      Consumer consumer = peer.join(peer.declare("g", "t"), 10);
      peer.declare("other", "t");
      fill(peer, 2);
      PublishException refused = refusal(peer.producer(Peer.SHORT), message("t"));
      assertThat(refused.outcome()).isEqualTo(Outcome.REJECTED);
      assertThat(refused).hasMessageContaining("max-bytes");
      told(peer, ConnectionState.BLOCKED);
      consumer.poll(2, LONG).forEach(d -> consumer.settle(d, Settlement.ACK));
      told(peer, ConnectionState.CONNECTED);
      fill(peer, 1);
    }
  }

  @Test
  void whatNeverFitsIsRefusedForGoodAndBlocksNobody() throws Exception {
    try (Peer peer = new Peer(broker, Map.of("max-bytes", 10_000))) {
      peer.declare("g", "t");
      PublishException refused =
          refusal(peer.producer(LONG), Message.of("t", "Counted", new byte[10_000]));
      assertThat(refused.outcome()).isEqualTo(Outcome.REJECTED);
      assertThat(refused.retryable()).isFalse();
      fill(peer, 1);
      peer.hearsASignal();
      assertThat(peer.states).containsOnly(ConnectionState.CONNECTED);
    }
  }

  private static void fill(Peer peer, int messages) {
    try (Producer producer = peer.producer(LONG)) {
      for (int i = 0; i < messages; i++) {
        send(producer, message("t"));
      }
    }
  }

  private static void told(Peer peer, ConnectionState state) {
    Eventually.within(LONG).until("it is " + state, () -> peer.lastState() == state);
  }
}

package io.postbus.driver.memory;

import static io.postbus.driver.memory.Peer.message;
import static io.postbus.driver.memory.Peer.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.message.MessageId;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Consumer;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever makes a message available wakes a poll that waits for it: none waits a minute here. */
@Timeout(40)
class WakingTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final String name = MessageId.next();
  private final MemoryBroker broker = MemoryBroker.named(name);
  private final Peer peer = new Peer(name, Map.of());
  private final Group group = peer.declare("g", "t");

  @AfterEach
  void close() {
    peer.close();
    broker.close();
  }

  @Test
  void publishing() {
    Poll poll = new Poll(peer.join(group, 10));
    publish(1);
    assertThat(poll.batch()).hasSize(1);
  }

  @Test
  void theReleaseOfAnother() {
    Consumer holder = holder(group, 1);
    Poll poll = new Poll(peer.join(group, 10));
    assertThat(holder.settle(held.get(0), Settlement.RELEASE)).isTrue();
    assertThat(poll.batch()).hasSize(1);
  }

  @Test
  void theDepartureOfAnother() {
    Consumer holder = holder(group, 3);
    Poll poll = new Poll(peer.join(group, 10));
    holder.close();
    assertThat(poll.batch()).hasSize(3).allMatch(Received::redelivered);
  }

  @Test
  void asManyMembersAsThereIsWorkFor() {
    Consumer holder = holder(group, 3);
    List<Poll> polls =
        List.of(
            new Poll(peer.join(group, 1)),
            new Poll(peer.join(group, 1)),
            new Poll(peer.join(group, 1)));
    holder.close();
    polls.forEach(p -> assertThat(p.batch()).hasSize(1));
  }

  @Test
  void theDepartureOfTheActiveMember() {
    Group ordered = peer.declare(Peer.group("ordered", Order.SINGLE, "t"));
    Consumer active = peer.join(ordered, 10);
    Poll poll = new Poll(peer.join(ordered, 10));
    publish(2);
    active.close();
    assertThat(poll.batch()).hasSize(2).noneMatch(Received::redelivered);
  }

  @Test
  void roomMadeByASettlement() {
    Consumer full = holder(group, 2);
    publish(1);
    Poll poll = new Poll(full);
    assertThat(full.settle(held.get(1), Settlement.ACK)).isTrue();
    assertThat(poll.batch()).hasSize(1);
  }

  @Test
  void roomMadeByALargerLimit() {
    Consumer full = holder(group, 1);
    publish(1);
    Poll poll = new Poll(full);
    full.maxInFlight(2);
    assertThat(poll.batch()).hasSize(1);
  }

  @Test
  void theBrokersReturn() {
    Poll poll = new Poll(peer.join(group, 10));
    broker.stop();
    assertThat(broker.backlog("g").members()).hasValue(0);
    broker.start();
    publish(1);
    assertThat(poll.batch()).hasSize(1);
  }

  @Test
  void theDeclarationOfTheGroup() {
    Group later = Peer.group("later", Order.NONE, "t");
    Poll poll = new Poll(peer.join(later, 10));
    peer.declare(later);
    publish(1);
    assertThat(poll.batch()).hasSize(1);
  }

  @Test
  void aWakeUpWithNothingToTake() {
    Consumer consumer = peer.join(group, 10);
    Poll poll = new Poll(consumer);
    consumer.wakeup();
    assertThat(poll.batch()).isEmpty();
    consumer.wakeup();
    assertThat(consumer.poll(10, MINUTE)).as("the next one, if none waits").isEmpty();
  }

  @Test
  void pollingForNothingWaitsToo() {
    Consumer consumer = peer.join(group, 10);
    publish(1);
    Poll poll = new Poll(consumer, 0);
    consumer.wakeup();
    assertThat(poll.batch()).isEmpty();
  }

  @Test
  void itsOwnClosing() {
    Consumer consumer = peer.join(group, 10);
    Poll poll = new Poll(consumer);
    consumer.close();
    assertThatThrownBy(poll::batch).hasCauseInstanceOf(ClosedException.class);
  }

  private List<Received> held = List.of();

  /** A member that holds so many, and may hold no more. */
  private Consumer holder(Group of, int count) {
    Consumer holder = peer.join(of, count);
    publish(count);
    held = holder.poll(count, MINUTE);
    assertThat(held).hasSize(count);
    return holder;
  }

  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      send(peer.producer(MINUTE), message("t"));
    }
  }
}

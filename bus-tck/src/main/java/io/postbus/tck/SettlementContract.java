package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Message;
import io.postbus.spi.Group;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What acknowledging and releasing do, and do not do. */
abstract class SettlementContract extends DriverScene {
  SettlementContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void acknowledgedIsGone() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member member = node.join(group, 100);
    List<Message> sent = Messages.some(topic, 100);
    node.publish(sent);
    member.receiveAndAck(sent);
    member.leavesNothing();
    node.join(group, 100).receivesNothingElse();
  }

  @Test
  void unsettledStaysWithTheBroker() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member member = node.join(group, 100);
    node.publish(Messages.some(topic, 10));
    List<Received> got = member.receive(10);
    member.ack(got.subList(0, 4));
    member.leaves(6);
  }

  /** The first delivery is the slowest; what came after it is settled and gone all the same. */
  @Test
  void aSlowDeliveryHoldsBackNobodysAcknowledgement() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member member = node.join(group, 100);
    node.publish(Messages.some(topic, 100));
    List<Received> got = member.receive(100);
    member.ack(got.subList(1, 100));
    List<Message> more = Messages.some(topic, 99);
    node.publish(more);
    member.receiveAndAck(more);
    member.leaves(1);
    Received slow = node.join(group, 100).receive(1).get(0);
    assertThat(slow.message().id()).isEqualTo(got.get(0).message().id());
  }

  /** The connection ends without a goodbye, so what has not gone out by then is lost. */
  @Test
  void settlementsGoOutWhileTheMemberPolls() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member member = node.join(group, 100);
    List<Message> sent = Messages.some(topic, 100);
    node.publish(sent);
    member.receiveAndAck(sent);
    for (int i = 0; i < 5; i++) {
      assertThat(member.poll(1)).isEmpty();
    }
    node.link().down();
    eventually().until("nothing is left", () -> node.count(group) == 0);
  }

  @Test
  void afterAFlushNoSettlementIsLost() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member member = node.join(group, 100);
    node.publish(Messages.some(topic, 100));
    List<Received> got = member.receive(100);
    member.ack(got.subList(0, 90));
    assertThat(member.consumer().flush(patience())).isTrue();
    node.link().down();
    eventually().until("ten are left", () -> node.count(group) == 10);
  }

  /** The first delivery may come before the call that joined has ended its work. */
  @Test
  void aMemberThatHasJustJoinedFlushes() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    node.publish(Messages.some(topic, 30));
    for (int left = 29; left >= 0; left--) {
      Member member = node.join(group, 1);
      member.ack(member.receive(1));
      member.leaves(left);
    }
  }

  @Test
  void aFlushThatCannotReachTheBrokerSaysSo() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member member = node.join(group, 10);
    node.publish(Messages.some(topic, 10));
    List<Received> got = member.receive(10);
    node.link().stall();
    boolean taken = member.consumer().settle(got.get(0), Settlement.ACK);
    assertThat(member.consumer().flush(Duration.ofMillis(500)))
        .as("flushed what it has " + (taken ? "taken" : "refused"))
        .isNotEqualTo(taken);
    node.link().restore();
  }

  @Test
  void releasedComesAgain() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member member = node.join(group, 100);
    List<Message> sent = Messages.some(topic, 10);
    node.publish(sent);
    List<Received> got = member.receive(10);
    member.release(got.subList(0, 5));
    List<Received> again = member.receive(5);
    assertThat(Messages.idsOf(again))
        .containsExactlyInAnyOrderElementsOf(Messages.idsOf(got.subList(0, 5)));
    assertThat(again).allMatch(Received::redelivered);
    assertThat(again).doesNotContainAnyElementsOf(got);
    member.ack(again);
    member.ack(got.subList(5, 10));
    member.receivesNothingElse();
    member.leavesNothing();
  }

  @Test
  void releasedIsThereForOtherMembers() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member member = node.join(group, 10);
    List<Message> sent = Messages.some(topic, 10);
    node.publish(sent);
    List<Received> got = member.receive(10);
    member.release(got);
    member.close();
    node().join(group, 10).receiveAndAck(sent);
  }

  @Test
  void aReleaseReachesNoOtherGroup() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member other = node.join(node.declare(group(topic)), 10);
    Member member = node.join(group, 10);
    List<Message> sent = Messages.some(topic, 5);
    node.publish(sent);
    other.receiveAndAck(sent);
    member.release(member.receive(5));
    member.receiveAndAck(sent);
    other.receivesNothingElse();
    other.leavesNothing();
  }

  @Test
  void settlingTwiceIsRefused() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member member = node.join(group, 10);
    node.publish(Messages.some(topic, 2));
    List<Received> got = member.receive(2);
    member.ack(got);
    for (Settlement how : Settlement.values()) {
      assertThat(member.consumer().settle(got.get(0), how)).as("again " + how).isFalse();
    }
    member.receivesNothingElse();
    member.leavesNothing();
  }

  @Test
  void anyThreadMaySettle() throws Exception {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member member = node.join(group, 400);
    node.publish(Messages.some(topic, 400));
    List<Received> got = member.receive(400);
    List<Callable<Boolean>> settlers =
        IntStream.range(0, 4)
            .<Callable<Boolean>>mapToObj(t -> () -> settleEveryFourth(member, got, t))
            .toList();
    assertThat(InParallel.run(settlers, patience())).containsOnly(true);
    member.leavesNothing();
  }

  /** From the last to the first: the worst order for those who acknowledge by prefixes. */
  private static boolean settleEveryFourth(Member member, List<Received> got, int from) {
    for (int i = got.size() - 4 + from; i >= 0; i -= 4) {
      if (!member.consumer().settle(got.get(i), Settlement.ACK)) {
        return false;
      }
    }
    return true;
  }
}

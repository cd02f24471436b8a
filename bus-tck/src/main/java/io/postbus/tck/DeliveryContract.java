package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Group;
import io.postbus.spi.Received;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who gets a message, how often, and how a member asks. */
abstract class DeliveryContract extends DriverScene {
  DeliveryContract(DriverFixture fixture) {
    super(fixture);
  }

  /** A wait that is never needed to its end. */
  private Duration longer() {
    return patience().multipliedBy(2);
  }

  @Test
  void everyGroupGetsEveryMessageOnce() {
    Node node = node();
    String topic = name("topic");
    List<Group> groups = List.of(group(topic), group(topic), group(topic));
    groups.forEach(node::declare);
    List<Message> sent = Messages.some(topic, 1_000);
    node.publish(sent);
    for (Group group : groups) {
      Member member = node.join(group, 100);
      List<String> got = new ArrayList<>();
      while (got.size() < sent.size()) {
        List<Received> some = member.receive(100);
        got.addAll(Messages.idsOf(some));
        member.ack(some);
      }
      assertThat(got).containsExactlyInAnyOrderElementsOf(Messages.ids(sent));
      member.receivesNothingElse();
      member.leavesNothing();
    }
  }

  @Test
  void aGroupGetsTheMessagesOfAllItsTopics() {
    Node node = node();
    String first = name("topic");
    String second = name("topic");
    Member member = node.join(node.declare(group(first, second)), 100);
    List<Message> sent = new ArrayList<>(Messages.some(first, 10));
    sent.addAll(Messages.some(second, 10));
    node.publish(sent);
    member.receiveAndAck(sent);
    member.receivesNothingElse();
  }

  @Test
  void eachMessageGoesToOneMemberOfTheGroup() {
    Node first = node();
    Node second = node();
    String topic = name("topic");
    Group group = first.declare(group(topic));
    Ledger ledger = new Ledger();
    Worker one = closing(new Worker(first.join(group, 10), ledger, 10));
    Worker two = closing(new Worker(second.join(group, 10), ledger, 10));
    List<Message> sent = Messages.some(topic, 1_000);
    first.publish(sent);
    eventually().asserts("all are delivered", () -> ledger.containsAll(Messages.ids(sent)));
    one.close();
    one.member().close();
    two.close();
    two.member().leavesNothing();
    ledger.hasNoDuplicates();
  }

  @Test
  void whatOneMemberHasNoRoomForGoesToTheOther() {
    Node first = node();
    Node second = node();
    String topic = name("topic");
    Group group = first.declare(group(topic));
    Member full = first.join(group, 10);
    List<Message> sent = Messages.some(topic, 30);
    first.publish(sent);
    List<String> seen = new ArrayList<>(Messages.idsOf(full.receive(10)));
    Member free = second.join(group, 50);
    seen.addAll(Messages.idsOf(free.receive(20)));
    assertThat(seen).containsExactlyInAnyOrderElementsOf(Messages.ids(sent));
  }

  @Test
  void aMessageSentToAGroupIsDeliveredThere() {
    Node node = node();
    Group group = node.declare(Group.direct(name("group"), Instant.now()));
    Member member = node.join(group, 10);
    Message sent = Messages.one(name("topic"));
    node.publish(Destination.group(group.name()), sent);
    Received got = member.receive(1).get(0);
    assertThat(got.message()).isEqualTo(sent);
    member.ack(List.of(got));
    member.leavesNothing();
  }

  @Test
  void aFirstDeliveryIsNotMarkedAsARepetition() {
    Node node = node();
    String topic = name("topic");
    Member member = node.join(node.declare(group(topic)), 10);
    node.publish(Messages.some(topic, 10));
    assertThat(member.receive(10)).noneMatch(Received::redelivered);
  }

  @Test
  void aPollBringsNoMoreThanAskedFor() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    List<Message> sent = Messages.some(topic, 30);
    node.publish(sent);
    Member member = node.join(group, 100);
    List<Received> all = new ArrayList<>();
    eventually()
        .until(
            "all have come",
            () -> {
              assertThat(member.consumer().poll(0, Duration.ZERO)).isEmpty();
              List<Received> some = member.poll(7);
              assertThat(some).hasSizeLessThanOrEqualTo(7);
              all.addAll(some);
              return all.size() >= 30;
            });
    assertThat(Messages.idsOf(all)).containsExactlyInAnyOrderElementsOf(Messages.ids(sent));
  }

  @Test
  void aPollReturnsWithTheFirstDeliveryInsteadOfWaitingForMore() {
    Node node = node();
    String topic = name("topic");
    Member member = node.join(node.declare(group(topic)), 10);
    node.publish(Messages.one(topic));
    long start = System.nanoTime();
    assertThat(member.consumer().poll(10, longer())).hasSize(1);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(patience());
  }

  @Test
  void aWaitingPollIsWokenUp() throws Exception {
    Node node = node();
    Member member = node.join(node.declare(group(name("topic"))), 10);
    CompletableFuture<List<Received>> poll =
        CompletableFuture.supplyAsync(() -> member.consumer().poll(10, longer()));
    eventually()
        .until(
            "the poll returns",
            () -> {
              member.consumer().wakeup();
              return poll.isDone();
            });
    assertThat(poll.get(1, TimeUnit.SECONDS)).isEmpty();
  }

  @Test
  void aWakeupBeforeThePollEndsTheNextOne() {
    Node node = node();
    Member member = node.join(node.declare(group(name("topic"))), 10);
    long start = System.nanoTime();
    member.consumer().wakeup();
    assertThat(member.consumer().poll(10, longer())).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(patience());
  }
}

package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Backlog;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Received;
import io.postbus.spi.TopicSpec;
import io.postbus.spi.TypeFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** The names on the broker: made, looked at, emptied, removed. */
abstract class TopologyContract extends DriverScene {
  TopologyContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void declaringIsIdempotentAndForManyAtOnce() throws Exception {
    Node node = node();
    Node other = node();
    Group group = group(name("topic"), name("topic"));
    Callable<Void> declarer =
        () -> {
          for (Node n : List.of(node, other)) {
            group.topics().forEach(t -> n.topology().declare(TopicSpec.of(t)));
            n.declare(group);
          }
          return null;
        };
    InParallel.run(4, declarer, patience());
    List<Message> sent = Messages.some(group.topics().iterator().next(), 5);
    node.publish(sent);
    node.join(group, 10).receiveAndAck(sent);
  }

  @Test
  void figuresThatTheBrokerHasNoUseForAreNoError() {
    Node node = node();
    TopicSpec spec =
        new TopicSpec(
            name("topic"), OptionalInt.of(2), OptionalInt.of(1), Optional.of(Duration.ofHours(1)));
    node.topology().declare(spec);
    node.topology().declare(spec);
    Group group = node.declare(group(spec.name()));
    node.publish(Messages.some(spec.name(), 5));
    assertThat(node.count(group)).isEqualTo(5);
  }

  @Test
  void theBacklogIsWhatWaits() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    assertThat(node.topology().backlog(group).ready()).isZero();
    node.publish(Messages.some(topic, 10));
    ready(node, group, 10);
    Member member = node.join(group, 4);
    List<Received> held = member.receive(4);
    ready(node, group, 6);
    eventually()
        .until(
            "four are unsettled, where it can be told",
            () -> node.topology().backlog(group).unsettled().orElse(4) == 4);
    member.ack(held);
    member.ack(member.receive(4));
    member.ack(member.receive(2));
    member.leavesNothing();
    ready(node, group, 0);
  }

  @Test
  void theMembersAreCounted() {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    members(node, group, 0);
    Member first = node.join(group, 10);
    members(node, group, 1);
    node().join(group, 10);
    members(node, group, 2);
    first.close();
    members(node, group, 1);
  }

  @Test
  void aGroupThatDoesNotExistHasNoBacklog() {
    Node node = node();
    assertThat(node.topology().backlog(group(name("topic")))).isEqualTo(Backlog.NONE);
    assertThat(node.topology().purge(group(name("topic")))).isZero();
  }

  @Test
  void purgingTouchesNoOtherGroupAndNothingThatIsHandedOut() {
    Node node = node();
    String topic = name("topic");
    Group purged = node.declare(group(topic));
    Group other = node.declare(group(topic));
    Member member = node.join(purged, 3);
    List<Message> sent = Messages.some(topic, 20);
    node.publish(sent);
    List<Received> held = member.receive(3);
    ready(node, purged, 17);
    assertThat(node.topology().purge(purged)).isEqualTo(17);
    member.ack(held);
    member.receivesNothingElse();
    member.leavesNothing();
    node.join(other, 50).receiveAndAck(sent);
  }

  @Test
  void aRemovedGroupIsGoneWithAllItHad() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Group other = node.declare(group(topic));
    node.publish(Messages.some(topic, 5));
    node.publish(Destination.group(group.name()), Messages.one(topic));
    node.topology().remove(group);
    node.topology().remove(group);
    assertThat(node.topology().backlog(group)).isEqualTo(Backlog.NONE);
    node.declare(group);
    List<Message> sent = Messages.some(topic, 3);
    node.publish(sent);
    Member member = node.join(group, 50);
    member.receiveAndAck(sent);
    member.receivesNothingElse();
    assertThat(node.count(other)).isEqualTo(8);
  }

  @Test
  void aDirectGroupGetsWhatIsSentToItAlone() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Group dead = node.declare(Group.direct("dlq." + group.name(), Instant.now()));
    node.publish(Messages.some(topic, 3));
    Message sent = Messages.one(topic);
    node.publish(Destination.group(dead.name()), sent);
    assertThat(node.count(group)).isEqualTo(3);
    Member member = node.join(dead, 10);
    member.receiveAndAck(List.of(sent));
    member.receivesNothingElse();
    member.leavesNothing();
  }

  @Test
  void everyNameThatIsAllowedWorks() {
    Node node = node();
    String longest = "x".repeat(200 - fixture.namespace().length());
    for (String name : List.of("A.b_c-9", "0", longest)) {
      Group group = new Group(name, Set.of(name), TypeFilter.all(), Order.NONE, Instant.now());
      node.declare(group);
      List<Message> sent = Messages.some(name, 2);
      node.publish(sent);
      Member member = node.join(group, 10);
      member.receiveAndAck(sent);
      member.leavesNothing();
    }
  }

  private void ready(Node node, Group group, long expected) {
    eventually()
        .asserts(
            "the backlog",
            () -> assertThat(node.topology().backlog(group).ready()).isEqualTo(expected));
  }

  private void members(Node node, Group group, int expected) {
    eventually()
        .asserts(
            "the members",
            () ->
                assertThat(node.topology().backlog(group).members().orElse(expected))
                    .isEqualTo(expected));
  }
}

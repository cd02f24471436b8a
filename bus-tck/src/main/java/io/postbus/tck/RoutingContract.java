package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.BusException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Group;
import io.postbus.spi.PublishException;
import io.postbus.spi.PublishException.Outcome;
import io.postbus.spi.TopicSpec;
import io.postbus.spi.TypeFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What is known of a message's way before and after it is sent. A broker may say UNROUTABLE or take
 * what nobody wants; together with {@code hasGroups} the runtime makes one meaning of it.
 */
abstract class RoutingContract extends DriverScene {
  RoutingContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void anUnknownTopicHasNoGroups() {
    Node node = node();
    String topic = name("topic");
    assertThat(node.topology().hasGroups(topic)).isFalse();
    confirmedOrUnroutable(node, Messages.one(topic));
  }

  @Test
  void aTopicThatNobodySubscribesToHasNoGroups() {
    Node node = node();
    String topic = name("topic");
    node.topology().declare(TopicSpec.of(topic));
    assertThat(node.topology().hasGroups(topic)).isFalse();
    confirmedOrUnroutable(node, Messages.one(topic));
  }

  @Test
  void everyNodeSeesTheGroupsOfAll() {
    Node node = node();
    String topic = name("topic");
    Group group = node().declare(group(TypeFilter.of("A"), topic));
    assertThat(node.topology().hasGroups(topic)).isTrue();
    assertThat(node.topology().hasGroups(group.name())).isFalse();
  }

  @Test
  void aTopicHasNoGroupsOnceTheLastIsRemoved() {
    Node node = node();
    String topic = name("topic");
    Group first = node.declare(group(topic));
    Group second = node.declare(group(topic));
    node.topology().remove(first);
    assertThat(node.topology().hasGroups(topic)).isTrue();
    node.topology().remove(second);
    eventually().until("no groups are left", () -> !node.topology().hasGroups(topic));
  }

  @Test
  void aTopicHasNoGroupsOnceTheLastIsRetired() {
    Node node = node();
    String topic = name("topic");
    Group before = node.declare(group(topic));
    Group now = node.declare(Group.direct(before.name(), Instant.now()));
    node.topology().retire(before, now);
    eventually().until("no groups are left", () -> !node.topology().hasGroups(topic));
  }

  @Test
  void aTypeThatNobodyWantsHarmsNoOther() {
    Node node = node();
    String topic = name("topic");
    Member member = node.join(node.declare(group(TypeFilter.of("Wanted"), topic)), 10);
    confirmedOrUnroutable(node, Message.of(topic, "Unwanted", new byte[0]));
    assertThat(node.topology().hasGroups(topic)).isTrue();
    Message wanted = Message.of(topic, "Wanted", new byte[0]);
    node.publish(wanted);
    eventually()
        .until(
            "the wanted one has come",
            () -> member.poll(10).stream().anyMatch(d -> d.message().id().equals(wanted.id())));
  }

  @Test
  void aGroupThatDoesNotExistIsUnroutable() {
    Node node = node();
    unroutable(node, name("group"));
  }

  @Test
  void aGroupThatWasRemovedIsUnroutable() {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    node.publish(Destination.group(group.name()), Messages.one(name("topic")));
    node.topology().remove(group);
    unroutable(node, group.name());
  }

  @Test
  void whoWantsNoStageIsToldThatAGroupDoesNotExist() {
    List<Optional<Throwable>> ends = new CopyOnWriteArrayList<>();
    Consumer<@Nullable Throwable> ended = failure -> ends.add(Optional.ofNullable(failure));
    node().producer().send(Destination.group(name("no")), Messages.one(name("topic")), ended);
    eventually().until("it has ended", () -> !ends.isEmpty());
    assertThat(ends.get(0).orElseThrow())
        .isInstanceOfSatisfying(
            PublishException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNROUTABLE));
  }

  @Test
  void aTopicIsNoGroupAndAGroupIsNoTopic() {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    unroutable(node, group.topics().iterator().next());
    confirmedOrUnroutable(node, Messages.one(group.name()));
    assertThat(node.count(group)).isZero();
  }

  @Test
  void namespacesDoNotSeeEachOther() {
    Node node = node();
    NodeContext elsewhere =
        new NodeContext("else-" + fixture.namespace(), name("node"), Duration.ofSeconds(15));
    Node other = closing(new Node(fixture, fixture.link(), elsewhere));
    other.await(ConnectionState.CONNECTED);
    Group group = node.declare(group(name("topic")));
    String topic = group.topics().iterator().next();
    assertThat(other.topology().hasGroups(topic)).isFalse();
    unroutable(other, group.name());
    other.declare(group);
    List<Message> sent = Messages.some(topic, 5);
    other.publish(sent);
    assertThat(node.count(group)).isZero();
    assertThat(other.count(group)).isEqualTo(5);
  }

  private void unroutable(Node node, String group) {
    Message message = Messages.one(name("topic"));
    BusException failure =
        Sends.failure(node.producer().send(Destination.group(group), message), patience());
    assertThat(failure)
        .isInstanceOfSatisfying(
            PublishException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNROUTABLE));
    assertThat(failure.retryable()).as("retryable").isFalse();
  }

  private void confirmedOrUnroutable(Node node, Message message) {
    CompletionStage<Void> end = node.producer().send(Destination.topic(message.topic()), message);
    if (Sends.end(end, patience()).isPresent()) {
      assertThat(Sends.outcome(end, patience())).isEqualTo(Outcome.UNROUTABLE);
    }
  }
}

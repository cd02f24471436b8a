package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Message;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Group;
import io.postbus.spi.Received;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a member hears when the broker takes deliveries away from it. */
abstract class RevocationContract extends DriverScene {
  RevocationContract(DriverFixture fixture) {
    super(fixture);
  }

  /** A second delivery of a message means that the first is no longer the member's. */
  @Test
  void whatIsHandedOutAgainWasRevokedBefore() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member member = node.join(group, 100);
    node.publish(Messages.some(topic, 20));
    List<Received> held = member.receive(20);
    node.link().cut();
    Message fence = Messages.one(topic);
    node.publish(fence);
    List<Received> again = new ArrayList<>();
    while (!Messages.idsOf(again).contains(fence.id())) {
      List<Received> one = member.receive(1);
      again.addAll(one);
      assertThat(Messages.idsOf(member.listener().gone()))
          .containsAll(Messages.idsOf(one).stream().filter(id -> !id.equals(fence.id())).toList());
    }
    assertThat(held).containsAll(member.listener().gone());
    assertThat(member.listener().overlapped()).as("callbacks at the same time").isFalse();
  }

  @Test
  void onlyWhatIsUnsettledIsRevoked() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member member = node.join(group, 100);
    node.publish(Messages.some(topic, 20));
    List<Received> got = member.receive(20);
    List<Received> done = got.subList(0, 10);
    member.ack(done);
    assertThat(member.consumer().flush(patience())).isTrue();
    node.link().cut();
    Message fence = Messages.one(topic);
    node.publish(fence);
    List<Received> again = new ArrayList<>();
    while (!Messages.idsOf(again).contains(fence.id())) {
      again.addAll(member.receive(1));
    }
    assertThat(member.listener().gone()).doesNotContainAnyElementsOf(done);
    assertThat(Messages.idsOf(again)).doesNotContainAnyElementsOf(Messages.idsOf(done));
  }

  /** What the driver has fetched ahead was never the caller's, so it cannot be taken from it. */
  @Test
  void whatWasNotHandedOutIsNotRevoked() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member member = node.join(group, 100);
    List<Message> sent = new ArrayList<>(Messages.some(topic, 20));
    node.publish(sent);
    List<Received> held = member.receive(3);
    node.link().cut();
    Message fence = Messages.one(topic);
    node.publish(fence);
    List<String> again = new ArrayList<>();
    while (!again.contains(fence.id())) {
      again.addAll(Messages.idsOf(member.receive(1)));
    }
    assertThat(held).containsAll(member.listener().gone());
    assertThat(again).containsAll(Messages.ids(sent.subList(3, 20)));
  }

  @Test
  void aMemberIsToldWhetherItGetsDeliveries() {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    Member member = node.join(group, 10);
    last(member, ConnectionState.CONNECTED);
    node.link().down();
    last(member, ConnectionState.DOWN);
    node.link().restore();
    last(member, ConnectionState.CONNECTED);
  }

  @Test
  void afterTheCloseNothingIsHeard() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member closed = node.join(group, 5);
    Member open = node.join(node.declare(group(topic)), 5);
    node.publish(Messages.some(topic, 5));
    closed.receive(5);
    closed.close();
    int heard = closed.listener().states().size();
    node.link().down();
    last(open, ConnectionState.DOWN);
    node.link().restore();
    last(open, ConnectionState.CONNECTED);
    assertThat(closed.listener().revocations()).isEmpty();
    assertThat(closed.listener().states()).hasSize(heard);
  }

  private void last(Member member, ConnectionState state) {
    eventually()
        .until(
            "the member is " + state,
            () -> {
              assertThat(member.poll(0)).isEmpty();
              List<ConnectionState> states = member.listener().states();
              return !states.isEmpty() && states.get(states.size() - 1) == state;
            });
  }
}

package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.message.Message;
import io.postbus.spi.Capability;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Start;
import io.postbus.spi.TypeFilter;
import io.postbus.spi.UnsupportedCapabilityException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** From when on a group gets what, and how long that holds. */
abstract class RegistrationContract extends DriverScene {
  RegistrationContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void aGroupGetsWhatIsPublishedAfterItsRegistration() {
    Node node = node();
    String topic = name("topic");
    node.declare(group(topic));
    node.publish(Messages.some(topic, 10));
    Group late = node.declare(group(topic));
    List<Message> sent = Messages.some(topic, 5);
    node.publish(sent);
    Member member = node.join(late, 100);
    member.receiveAndAck(sent);
    member.receivesNothingElse();
  }

  @Test
  void messagesWaitForAGroupThatHasNoMember() {
    String topic = name("topic");
    Group group = group(topic);
    List<Message> sent = Messages.some(topic, 10);
    try (Node first = node()) {
      first.declare(group);
      first.publish(sent);
    }
    node().join(group, 100).receiveAndAck(sent);
  }

  @Test
  void declaringAgainKeepsTheGroupsPosition() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    List<Message> sent = Messages.some(topic, 10);
    node.publish(sent);
    node.declare(group);
    node().declare(group);
    Member member = node.join(group, 100);
    member.receiveAndAck(sent);
    node().declare(group);
    member.receivesNothingElse();
  }

  @Test
  void aGroupThatIsDeclaredWithMoreGetsMore() {
    Node node = node();
    String first = name("topic");
    String second = name("topic");
    Group before = node.declare(group(TypeFilter.of("A"), first));
    Group now = node.declare(changed(before, TypeFilter.of("A", "B"), first, second));
    node.topology().retire(before, now);
    List<Message> sent = List.of(of(first, "A"), of(first, "B"), of(second, "A"), of(second, "B"));
    node.publish(sent);
    Member member = node.join(now, 10);
    member.receiveAndAck(sent);
    member.receivesNothingElse();
  }

  @Test
  void aTopicThatIsRetiredComesNoMore() {
    Node node = node();
    String kept = name("topic");
    String left = name("topic");
    node.declare(group(kept, left));
    Group before = node.declare(group(kept, left));
    Group now = node.declare(changed(before, TypeFilter.all(), kept));
    node.topology().retire(before, now);
    Message sent = of(kept, "A");
    node.publish(List.of(of(left, "A"), sent));
    Member member = node.join(now, 10);
    member.receiveAndAck(List.of(sent));
    member.receivesNothingElse();
    member.leavesNothing();
  }

  @Test
  void aTypeThatIsRetiredComesNoMore() {
    Node node = node();
    String topic = name("topic");
    node.declare(group(topic));
    Group before = node.declare(group(TypeFilter.of("A", "B", "C*"), topic));
    Group now = node.declare(changed(before, TypeFilter.of("A", "D*"), topic));
    node.topology().retire(before, now);
    List<Message> all = Stream.of("A", "B", "Car", "Dog").map(type -> of(topic, type)).toList();
    node.publish(all);
    boolean filters = node.driver().capabilities().contains(Capability.TYPE_FILTER);
    Member member = node.join(now, 10);
    member.receiveAndAck(
        all.stream().filter(m -> !filters || now.types().accepts(m.type())).toList());
    member.receivesNothingElse();
    member.leavesNothing();
  }

  /** Once without a filter, then with one: what is retired is "everything", not a name. */
  @Test
  void aGroupThatTookEverythingMayBecomeChoosy() {
    Node node = node();
    String topic = name("topic");
    node.declare(group(topic));
    Group before = node.declare(group(topic));
    Group now = node.declare(changed(before, TypeFilter.of("A"), topic));
    node.topology().retire(before, now);
    List<Message> all = List.of(of(topic, "A"), of(topic, "B"));
    node.publish(all);
    boolean filters = node.driver().capabilities().contains(Capability.TYPE_FILTER);
    Member member = node.join(now, 10);
    member.receiveAndAck(filters ? all.subList(0, 1) : all);
    member.receivesNothingElse();
  }

  @Test
  void aGroupMayBeginAtTheOldestMessage() {
    Node node = node();
    String topic = name("topic");
    node.declare(group(topic));
    List<Message> sent = Messages.some(topic, 10);
    node.publish(sent);
    Group replaying = group(topic);
    if (node.driver().capabilities().contains(Capability.REPLAY)) {
      node.topology().declare(replaying, Start.EARLIEST);
      node.join(replaying, 100).receiveAndAck(sent);
    } else {
      assertThatThrownBy(() -> node.topology().declare(replaying, Start.EARLIEST))
          .isInstanceOf(UnsupportedCapabilityException.class);
    }
  }

  private static Group changed(Group group, TypeFilter types, String... topics) {
    return new Group(group.name(), Set.of(topics), types, Order.NONE, Instant.now());
  }

  private static Message of(String topic, String type) {
    return Message.of(topic, type, Messages.bytes(type));
  }
}

package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Capability;
import io.postbus.spi.Group;
import io.postbus.spi.TypeFilter;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which types reach a group. Where the driver does not filter, all of them do. */
abstract class FilterContract extends DriverScene {
  private static final String LONGEST = "x".repeat(255);

  private static final List<String> TYPES =
      List.of(
          "IncomeEarned",
          "DurationReached",
          "DurationStarted",
          "order",
          "order.created",
          "order.created.eu",
          "orders.created",
          "a:b/c-d_e",
          "größe.日本",
          LONGEST);

  FilterContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void withoutAFilterEveryTypeArrives() {
    arrives(TypeFilter.all(), TYPES);
  }

  @Test
  void wholeNamesAreMatchedWhole() {
    arrives(TypeFilter.of("IncomeEarned"), List.of("IncomeEarned"));
    arrives(TypeFilter.of("order"), List.of("order"));
    arrives(TypeFilter.of("order.created"), List.of("order.created"));
    arrives(
        TypeFilter.of("a:b/c-d_e", "größe.日本", LONGEST, "absent"),
        List.of("a:b/c-d_e", "größe.日本", LONGEST));
  }

  /** Here {@code *} is any characters, whatever it is on the broker. */
  @Test
  void aStarStandsForAnyCharacters() {
    arrives(TypeFilter.of("Duration*"), List.of("DurationReached", "DurationStarted"));
    arrives(TypeFilter.of("order.*"), List.of("order.created", "order.created.eu"));
    arrives(
        TypeFilter.of("*.created", "Inc*ned"),
        List.of("order.created", "orders.created", "IncomeEarned"));
    arrives(TypeFilter.of("*"), TYPES);
  }

  /** A pattern beside the name it includes brings its messages once. */
  @Test
  void whatTwoPatternsMatchArrivesOnce() {
    arrives(
        TypeFilter.of("DurationReached", "Duration*", "*Reached"),
        List.of("DurationReached", "DurationStarted"));
  }

  @Test
  void whatIsSentToTheGroupPassesItsFilter() {
    Node node = node();
    Group group = node.declare(group(TypeFilter.of("Other"), name("topic")));
    Member member = node.join(group, 10);
    Message sent = Messages.one(name("topic"));
    node.publish(Destination.group(group.name()), sent);
    member.receiveAndAck(List.of(sent));
  }

  @Test
  void groupsOfOneTopicFilterEachForItself() {
    Node node = node();
    String topic = name("topic");
    node.declare(group(topic));
    Member income = node.join(node.declare(group(TypeFilter.of("IncomeEarned"), topic)), 10);
    Member order = node.join(node.declare(group(TypeFilter.of("order*"), topic)), 10);
    List<Message> sent = sent(topic, TYPES);
    node.publish(sent);
    receivesOnly(node, income, sent, List.of("IncomeEarned"));
    receivesOnly(
        node, order, sent, List.of("order", "order.created", "order.created.eu", "orders.created"));
  }

  /** Of a message of each type, the group gets these, and the broker keeps none of the others. */
  private void arrives(TypeFilter filter, List<String> expected) {
    assertThat(TYPES.stream().filter(filter::accepts)).containsExactlyElementsOf(inOrder(expected));
    Node node = node();
    String topic = name("topic");
    // Takes everything, so that no message is unroutable.
    node.declare(group(topic));
    Member member = node.join(node.declare(group(filter, topic)), 20);
    List<Message> sent = sent(topic, TYPES);
    node.publish(sent);
    receivesOnly(node, member, sent, expected);
  }

  private static void receivesOnly(
      Node node, Member member, List<Message> sent, Collection<String> types) {
    boolean filters = node.driver().capabilities().contains(Capability.TYPE_FILTER);
    member.receiveAndAck(sent.stream().filter(m -> !filters || types.contains(m.type())).toList());
    member.receivesNothingElse();
    member.leavesNothing();
  }

  private static List<String> inOrder(Collection<String> types) {
    return TYPES.stream().filter(types::contains).toList();
  }

  private static List<Message> sent(String topic, List<String> types) {
    return types.stream().map(t -> Message.of(topic, t, Messages.bytes(t))).toList();
  }
}

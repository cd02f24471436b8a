package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.message.Message;
import io.postbus.spi.Capability;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Received;
import io.postbus.spi.UnsupportedCapabilityException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which order is kept, through what; a driver that keeps none refuses the group. */
abstract class OrderContract extends DriverScene {
  OrderContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void aKeyKeepsItsOrder() {
    Node node = node();
    Group group = group(Order.KEY, name("topic"));
    if (declared(node, group)) {
      Member member = node.join(group, 50);
      List<Message> sent = interleaved(group, 10, 50);
      node.publish(sent);
      Ledger ledger = new Ledger();
      for (int i = 0; i < 10; i++) {
        List<Received> got = member.receive(50);
        got.forEach(d -> ledger.taken(member, d));
        member.ack(got);
      }
      ledger.containsAll(Messages.ids(sent));
      ledger.isInOrder();
      ledger.hasNoDuplicates();
    }
  }

  @Test
  void aKeyIsNeverWithTwoMembers() {
    Node first = node();
    Node second = node();
    Group group = group(Order.KEY, name("topic"));
    if (declared(first, group)) {
      Ledger ledger = new Ledger();
      closing(new Worker(first.join(group, 20), ledger, 20));
      closing(new Worker(second.join(group, 20), ledger, 20));
      List<Message> sent = interleaved(group, 20, 100);
      first.publish(sent);
      eventually().asserts("all are delivered", () -> ledger.containsAll(Messages.ids(sent)));
      ledger.hasNoOverlaps();
      ledger.isInOrder();
    }
  }

  /** The member had room for more of the key than it has polled: that must not overtake. */
  @Test
  void aReleasedTailComesAgainBeforeAnythingYounger() {
    Node node = node();
    Group group = group(Order.KEY, name("topic"));
    if (declared(node, group)) {
      String topic = group.topics().iterator().next();
      Member member = node.join(group, 10);
      node.publish(Messages.keyed(topic, "k", 0, 20));
      member.release(member.receive(4));
      assertThat(numbers(member, 20)).isEqualTo(IntStream.range(0, 20).boxed().toList());
    }
  }

  /** Whatever is released when: of each key comes next what is next. */
  @Test
  void releasesAtRandomNeverChangeAnOrder() {
    Node node = node();
    Group group = group(Order.KEY, name("topic"));
    if (declared(node, group)) {
      Member member = node.join(group, 30);
      int each = 40;
      node.publish(interleaved(group, 5, each));
      Map<String, Deque<Received>> held = new HashMap<>();
      Map<String, Integer> next = new HashMap<>();
      Random random = new Random(7);
      while (next.size() < 5 || next.values().stream().anyMatch(n -> n < each)) {
        for (Received d : member.poll(8)) {
          String key = String.valueOf(d.message().key());
          assertThat(Messages.number(d)).as(key).isEqualTo(next.getOrDefault(key, 0));
          next.put(key, Messages.number(d) + 1);
          held.computeIfAbsent(key, k -> new ArrayDeque<>()).add(d);
        }
        held.forEach((key, tail) -> settleSome(member, key, tail, next, random));
      }
      held.values().forEach(member::ack);
      member.leavesNothing();
    }
  }

  /** Acknowledges a few of the oldest; sometimes releases all the rest. */
  private static void settleSome(
      Member member, String key, Deque<Received> tail, Map<String, Integer> next, Random random) {
    for (int n = random.nextInt(3); n > 0 && !tail.isEmpty(); n--) {
      member.ack(List.of(tail.remove()));
    }
    if (random.nextInt(3) == 0 && !tail.isEmpty()) {
      next.put(key, Messages.number(tail.element()));
      member.release(tail);
      tail.clear();
    }
  }

  @Test
  void theNextMemberGoesOnWhereTheFirstLeft() {
    for (Order order : List.of(Order.KEY, Order.SINGLE)) {
      Node node = node();
      Group group = group(order, name("topic"));
      if (declared(node, group)) {
        String topic = group.topics().iterator().next();
        Member leaving = node.join(group, 10);
        node.publish(Messages.keyed(topic, "k", 0, 20));
        List<Received> got = leaving.receive(5);
        Member next = node().join(group, 10);
        leaving.ack(got.subList(0, 3));
        assertThat(leaving.consumer().flush(patience())).isTrue();
        leaving.close();
        assertThat(numbers(next, 17)).isEqualTo(IntStream.range(3, 20).boxed().toList());
      }
    }
  }

  @Test
  void aSingleGroupHasOneActiveMember() {
    Node first = node();
    Node second = node();
    Group group = group(Order.SINGLE, name("topic"));
    if (declared(first, group)) {
      String topic = group.topics().iterator().next();
      Ledger ledger = new Ledger();
      closing(new Worker(first.join(group, 20), ledger, 20));
      closing(new Worker(second.join(group, 20), ledger, 20));
      // One key for all: whatever the keys, the group's messages have one order.
      List<Message> sent = Messages.keyed(topic, "all", 0, 1_000);
      first.publish(sent);
      eventually().asserts("all are delivered", () -> ledger.containsAll(Messages.ids(sent)));
      ledger.hasNoOverlaps();
      ledger.isInOrder();
    }
  }

  /** Whether the order is among the capabilities, in which case the group now exists. */
  private static boolean declared(Node node, Group group) {
    Capability needed =
        group.order() == Order.KEY ? Capability.ORDER_PER_KEY : Capability.SINGLE_ACTIVE;
    if (node.driver().capabilities().contains(needed)) {
      node.declare(group);
      return true;
    }
    assertThatThrownBy(() -> node.declare(group))
        .isInstanceOf(UnsupportedCapabilityException.class);
    return false;
  }

  /** Of {@code keys} keys, one message of each after the other. */
  private static List<Message> interleaved(Group group, int keys, int each) {
    String topic = group.topics().iterator().next();
    List<Message> all = new ArrayList<>();
    for (int n = 0; n < each; n++) {
      for (int k = 0; k < keys; k++) {
        all.add(Messages.keyed(topic, "key-" + k, n));
      }
    }
    return all;
  }

  private static List<Integer> numbers(Member member, int count) {
    List<Integer> numbers = new ArrayList<>();
    while (numbers.size() < count) {
      List<Received> got = member.receive(1);
      numbers.addAll(Messages.numbersOf(got));
      member.ack(got);
    }
    return numbers;
  }
}

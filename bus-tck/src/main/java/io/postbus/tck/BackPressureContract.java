package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.message.Message;
import io.postbus.spi.Capability;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Received;
import io.postbus.spi.UnsupportedCapabilityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Never more unsettled than the member said it can take. */
abstract class BackPressureContract extends DriverScene {
  BackPressureContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void aMemberHoldsNoMoreThanItsLimit() {
    Node node = node();
    String topic = name("topic");
    Member member = node.join(node.declare(group(topic)), 10);
    Gauge gauge = new Gauge(node);
    node.publish(Messages.some(topic, 40));
    List<Received> held = gauge.fill(member, 10);
    int handled = 0;
    while (handled < 40) {
      List<Received> some = held.subList(0, Math.min(7, held.size()));
      member.ack(some);
      handled += some.size();
      held = new ArrayList<>(held.subList(some.size(), held.size()));
      held.addAll(gauge.fill(member, Math.min(10, 40 - handled) - held.size()));
    }
    member.leavesNothing();
  }

  @Test
  void whatIsReleasedMakesRoom() {
    Node node = node();
    String topic = name("topic");
    Member member = node.join(node.declare(group(topic)), 10);
    Gauge gauge = new Gauge(node);
    List<Message> sent = Messages.some(topic, 20);
    node.publish(sent);
    List<Received> held = gauge.fill(member, 10);
    member.release(held.subList(0, 4));
    gauge.fill(member, 4);
  }

  @Test
  void theRestStaysAvailableToOthers() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member slow = node.join(group, 1);
    node.publish(Messages.some(topic, 10));
    assertThat(slow.receive(1)).hasSize(1);
    assertThat(node().join(group, 20).receive(9)).hasSize(9);
  }

  @Test
  void theLimitMayBeRaised() {
    Node node = node();
    String topic = name("topic");
    Member member = node.join(node.declare(group(topic)), 5);
    if (refusedWithoutCapability(node, member)) {
      return;
    }
    Gauge gauge = new Gauge(node);
    node.publish(Messages.some(topic, 100));
    gauge.fill(member, 5);
    member.consumer().maxInFlight(30);
    gauge.fill(member, 25);
  }

  @Test
  void theLimitMayBeLowered() {
    Node node = node();
    String topic = name("topic");
    Member member = node.join(node.declare(group(topic)), 20);
    if (refusedWithoutCapability(node, member)) {
      return;
    }
    Gauge gauge = new Gauge(node);
    List<Message> sent = Messages.some(topic, 60);
    node.publish(sent);
    List<Received> held = gauge.fill(member, 20);
    List<String> seen = new ArrayList<>(Messages.idsOf(held));
    member.consumer().maxInFlight(5);
    gauge.fill(member, 0);
    member.ack(held.subList(0, 14));
    gauge.fill(member, 0);
    member.ack(held.subList(14, 18));
    List<Received> next = gauge.fill(member, 3);
    seen.addAll(Messages.idsOf(next));
    member.ack(held.subList(18, 20));
    member.ack(next);
    while (seen.size() < 60) {
      List<Received> some = gauge.fill(member, Math.min(5, 60 - seen.size()));
      seen.addAll(Messages.idsOf(some));
      member.ack(some);
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(Messages.ids(sent));
    member.leavesNothing();
  }

  /** Another active member would be the price, and with it the order. */
  @Test
  void whereThereIsAnOrderTheLimitIsFixed() {
    Node node = node();
    Group group = group(Order.SINGLE, name("topic"));
    if (node.driver().capabilities().contains(Capability.SINGLE_ACTIVE)) {
      Member member = node.join(node.declare(group), 5);
      assertThatThrownBy(() -> member.consumer().maxInFlight(10))
          .isInstanceOf(UnsupportedCapabilityException.class);
    } else {
      assertThatThrownBy(() -> node.declare(group))
          .isInstanceOf(UnsupportedCapabilityException.class);
    }
  }

  private static boolean refusedWithoutCapability(Node node, Member member) {
    if (node.driver().capabilities().contains(Capability.RESIZE)) {
      return false;
    }
    assertThatThrownBy(() -> member.consumer().maxInFlight(10))
        .isInstanceOf(UnsupportedCapabilityException.class);
    return true;
  }

  /**
   * Fills a member up, and shows that it takes no more: while another group, which lags behind
   * nobody, is handed a message that was published later, the member is asked and has nothing.
   */
  private final class Gauge {
    private final Node node;
    private final String topic;
    private final Member pace;

    Gauge(Node node) {
      this.node = node;
      this.topic = name("pace");
      this.pace = node.join(node.declare(group(topic)), 1);
    }

    List<Received> fill(Member member, int room) {
      List<Received> all = new ArrayList<>(member.receive(room));
      for (int i = 0; i < 3; i++) {
        node.publish(Messages.one(topic));
        all.addAll(member.consumer().poll(100, Duration.ofMillis(20)));
        pace.ack(pace.receive(1));
      }
      all.addAll(member.consumer().poll(100, Duration.ZERO));
      assertThat(all).as("handed out with room for " + room).hasSize(room);
      return all;
    }
  }
}

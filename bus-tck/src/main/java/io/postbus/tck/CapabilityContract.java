package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.spi.Capability;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Start;
import io.postbus.spi.UnsupportedCapabilityException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the driver does not declare it refuses; what it declares it accepts. */
abstract class CapabilityContract extends DriverScene {
  CapabilityContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void whatIsDeclaredStaysSo() {
    Node node = node();
    assertThat(node.driver().capabilities()).isEqualTo(node.driver().capabilities());
    assertThat(node().driver().capabilities()).isEqualTo(node.driver().capabilities());
    assertThat(node.driver().durability()).isNotNull();
    assertThat(node.driver().maxHold().orElse(Duration.ofDays(1))).isPositive();
  }

  @Test
  void replay() {
    Node node = node();
    acceptedOrRefused(
        node,
        Capability.REPLAY,
        () -> node.topology().declare(group(name("topic")), Start.EARLIEST));
  }

  @Test
  void orderPerKey() {
    ordered(Capability.ORDER_PER_KEY, Order.KEY);
  }

  @Test
  void singleActive() {
    ordered(Capability.SINGLE_ACTIVE, Order.SINGLE);
  }

  @Test
  void resize() {
    Node node = node();
    Member member = node.join(node.declare(group(name("topic"))), 5);
    acceptedOrRefused(node, Capability.RESIZE, () -> member.consumer().maxInFlight(10));
  }

  private void ordered(Capability capability, Order order) {
    Node node = node();
    acceptedOrRefused(
        node, capability, () -> node.topology().declare(group(order, name("topic")), Start.LATEST));
    if (!node.driver().capabilities().contains(capability)) {
      // The group is there, only not with this order.
      Group plain = node.declare(group(name("topic")));
      Group group = new Group(plain.name(), plain.topics(), plain.types(), order, plain.since());
      assertThatThrownBy(
              () ->
                  node.driver().consumer(new ConsumerSpec(group, 5, Start.LATEST), new Listener()))
          .isInstanceOf(UnsupportedCapabilityException.class);
    }
  }

  private static void acceptedOrRefused(Node node, Capability capability, Runnable use) {
    if (node.driver().capabilities().contains(capability)) {
      use.run();
    } else {
      assertThatThrownBy(use::run)
          .as("without " + capability)
          .isInstanceOf(UnsupportedCapabilityException.class);
    }
  }
}

package io.postbus.driver.memory;

import static io.postbus.driver.memory.Peer.group;
import static io.postbus.driver.memory.Peer.message;
import static io.postbus.driver.memory.Peer.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.message.MessageId;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Consumer;
import io.postbus.spi.Order;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A group's order may be declared once; what does not keep it stays outside. */
class DeclaredOrderTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Peer peer = new Peer(MessageId.next(), Map.of());

  @AfterEach
  void close() {
    peer.close();
  }

  @Test
  void anOrderThatComesAfterTheMembersIsRefused() {
    Consumer member = peer.join(peer.declare("g", "t"), 10);
    assertThatThrownBy(() -> peer.declare(group("g", Order.KEY, "t")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("The group g has members that consume without an order");
    member.close();
    peer.declare(group("g", Order.KEY, "t"));
  }

  @Test
  void aMemberThatNeedsAnOrderGetsNothingAmongOthersWithout() {
    Consumer without = peer.join(peer.declare("g", "t"), 10);
    Consumer with = peer.join(group("g", Order.SINGLE, "t"), 10);
    send(peer.producer(LONG), message("t"));
    assertThat(with.poll(10, Peer.SHORT)).isEmpty();
    assertThat(without.poll(10, LONG)).hasSize(1);
    without.close();
    assertThat(with.poll(10, LONG)).hasSize(1);
  }

  @Test
  void whoDeclaresTheGroupWithoutAnOrderLeavesItsOrder() {
    Consumer first = peer.join(peer.declare(group("g", Order.KEY, "t")), 10);
    Consumer second = peer.join(peer.declare("g", "t"), 10);
    send(peer.producer(LONG), message("t"));
    assertThat(second.poll(10, Peer.SHORT)).isEmpty();
    assertThat(first.poll(10, LONG)).hasSize(1);
  }
}

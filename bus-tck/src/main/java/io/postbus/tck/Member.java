package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Consumer;
import io.postbus.spi.Group;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A member of a group, polled by the test's thread. */
final class Member implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Node node;
  private final Group group;
  private final Listener listener;
  private final Consumer consumer;

  Member(Node node, Group group, Listener listener, Consumer consumer) {
    this.node = node;
    this.group = group;
    this.listener = listener;
    this.consumer = consumer;
  }

  Node node() {
    return node;
  }

  Consumer consumer() {
    return consumer;
  }

  Listener listener() {
    return listener;
  }

  Group group() {
    return group;
  }

  /** What one poll brings. */
  List<Received> poll(int max) {
    return consumer.poll(max, POLL);
  }

  /** Polls until it has so many, never asking for more. */
  List<Received> receive(int count) {
    List<Received> all = new ArrayList<>();
    Eventually.within(node.patience())
        .asserts(
            count + " deliveries to " + group.name(),
            () -> {
              all.addAll(poll(count - all.size()));
              assertThat(all).as("deliveries").hasSize(count);
            });
    return all;
  }

  /** Receives these and acknowledges them, in any order but each once. */
  void receiveAndAck(Collection<Message> expected) {
    List<Received> got = receive(expected.size());
    assertThat(Messages.idsOf(got)).containsExactlyInAnyOrderElementsOf(Messages.ids(expected));
    ack(got);
  }

  /** Nothing else is on its way here: what is sent now comes next and alone. */
  void receivesNothingElse() {
    Message fence = Messages.one(name());
    node.publish(Destination.group(group.name()), fence);
    receiveAndAck(List.of(fence));
  }

  /** Leaves; the broker keeps nothing more for the group. */
  void leavesNothing() {
    leaves(0);
  }

  /** Leaves; what it had not acknowledged is all that the broker keeps for the group. */
  void leaves(int count) {
    assertThat(consumer.flush(node.patience())).as("flushed").isTrue();
    consumer.close();
    Eventually.within(node.patience())
        .asserts(
            "what is left of " + group.name(),
            () -> assertThat(node.count(group)).isEqualTo(count));
  }

  void ack(Collection<Received> deliveries) {
    settle(deliveries, Settlement.ACK);
  }

  void release(Collection<Received> deliveries) {
    settle(deliveries, Settlement.RELEASE);
  }

  void settle(Collection<Received> deliveries, Settlement how) {
    for (Received d : deliveries) {
      assertThat(consumer.settle(d, how)).as("settled " + d.message()).isTrue();
    }
  }

  @Override
  public void close() {
    consumer.close();
  }

  private String name() {
    return group.topics().stream().findFirst().orElse(group.name());
  }
}

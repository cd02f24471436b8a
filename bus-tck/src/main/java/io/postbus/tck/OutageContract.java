package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Capability;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.PublishException.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Broken connections, a broker that restarts, is away, or takes nothing for a while. */
@Timeout(180)
abstract class OutageContract extends DriverScene {
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final Duration SLACK = Duration.ofSeconds(5);

  OutageContract(DriverFixture fixture) {
    super(fixture);
  }

  @AfterEach
  void heal() {
    fixture.faults().start();
    fixture.faults().unblock();
  }

  /** All that was not confirmed goes out again by itself, so every send succeeds in the end. */
  @Test
  void cutConnectionsLoseNothingAndKeepTheOrder() {
    Node publisher = node();
    Node consumer = node();
    survives(
        publisher,
        consumer,
        traffic -> {
          for (int i = 0; i < 3; i++) {
            publisher.link().cut();
            traffic.awaitConfirmed(300);
            consumer.link().cut();
            traffic.awaitConfirmed(300);
          }
        });
  }

  @Test
  void aBrokerThatIsKilledAndStartedLosesNothingAndKeepsTheOrder() {
    Node publisher = node();
    Node consumer = node();
    survives(
        publisher,
        consumer,
        traffic -> {
          fixture.faults().kill();
          publisher.await(ConnectionState.DOWN);
          consumer.await(ConnectionState.DOWN);
          fixture.faults().start();
          publisher.await(ConnectionState.CONNECTED);
          traffic.awaitConfirmed(300);
        });
  }

  private void survives(Node publisher, Node consumer, Consumer<Traffic> fault) {
    String topic = name("topic");
    boolean ordered = consumer.driver().capabilities().contains(Capability.ORDER_PER_KEY);
    Group group = consumer.declare(group(ordered ? Order.KEY : Order.NONE, topic));
    Ledger ledger = new Ledger();
    Worker worker = closing(new Worker(consumer.join(group, 50), ledger, 50));
    Producer producer = publisher.producer(Confirm.CONFIRMED, patience().multipliedBy(2));
    Traffic traffic = closing(new Traffic(producer, topic, patience()));
    traffic.awaitConfirmed(300);
    fault.accept(traffic);
    List<String> confirmed = traffic.stop();
    assertThat(confirmed).as("confirmed of all that was sent").hasSize(traffic.size());
    eventually().asserts("all that was confirmed", () -> ledger.containsAll(confirmed));
    assertThat(traffic.ids()).as("ids that were sent").containsAll(ledger.ids());
    if (ordered) {
      ledger.isInOrder();
    }
    worker.close();
    worker.member().leavesNothing();
  }

  @Test
  void whileTheBrokerIsAwaySendsEndInTimeAndPollsGoOn() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member member = node.join(group, 10);
    List<Message> before = Messages.some(topic, 5);
    node.publish(before);
    Producer producer = closing(producer(node));
    fixture.faults().kill();
    for (Message m : Messages.some(topic, 2)) {
      Outcome outcome =
          Timed.within(
              SHORT.plus(SLACK),
              () -> Sends.outcome(producer.send(Destination.topic(topic), m), patience()));
      assertThat(outcome).isIn(Outcome.UNKNOWN, Outcome.REJECTED);
    }
    node.await(ConnectionState.DOWN);
    assertThat(node.driver().capabilities()).isNotNull();
    fixture.faults().start();
    node.await(ConnectionState.CONNECTED);
    List<Message> after = Messages.some(topic, 5);
    eventually().asserts("publishing works again", () -> node.publish(after.get(0)));
    node.publish(after.subList(1, 5));
    Ledger ledger = new Ledger();
    try (Worker worker = new Worker(member, ledger, 10)) {
      eventually()
          .asserts(
              "confirmed before and after",
              () -> {
                ledger.containsAll(Messages.ids(before));
                ledger.containsAll(Messages.ids(after));
              });
      assertThat(worker.member()).isSameAs(member);
    }
  }

  @Test
  void aBrokerThatLostItsDataIsSetUpAgain() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member member = node.join(group, 10);
    node.publish(Messages.some(topic, 5));
    fixture.faults().wipe();
    node.await(ConnectionState.DOWN);
    fixture.faults().start();
    node.await(ConnectionState.CONNECTED);
    assertThat(node.topology().hasGroups(topic)).isTrue();
    List<Message> after = Messages.some(topic, 5);
    node.publish(after);
    Ledger ledger = new Ledger();
    try (Worker worker = new Worker(member, ledger, 10)) {
      eventually().asserts("delivered", () -> ledger.containsAll(Messages.ids(after)));
      assertThat(worker.member()).isSameAs(member);
    }
  }

  @Test
  void whileTheBrokerTakesNothingSendsEndInTimeAndConsumingGoesOn() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    List<Message> before = Messages.some(topic, 5);
    node.publish(before);
    Producer producer = closing(producer(node));
    fixture.faults().block();
    for (Message m : Messages.some(topic, 2)) {
      Outcome outcome =
          Timed.within(
              SHORT.plus(SLACK),
              () -> Sends.outcome(producer.send(Destination.topic(topic), m), patience()));
      assertThat(outcome).isIn(Outcome.UNKNOWN, Outcome.REJECTED);
    }
    node.await(ConnectionState.BLOCKED);
    Member member = node.join(group, 10);
    member.ack(member.receive(5));
    fixture.faults().unblock();
    node.await(ConnectionState.CONNECTED);
    Message after = Messages.one(topic);
    eventually().asserts("publishing works again", () -> node.publish(after));
    assertThat(member.listener().revocations()).as("consuming was not disturbed").isEmpty();
  }

  private static Producer producer(Node node) {
    return node.driver().producer(new ProducerSpec(Confirm.CONFIRMED, SHORT, 100));
  }
}

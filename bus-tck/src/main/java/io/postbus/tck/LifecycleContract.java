package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Group;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.Start;
import io.postbus.spi.TopicSpec;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Opening and closing, at any time and in any state of the broker. */
abstract class LifecycleContract extends DriverScene {
  private static final Duration LONG = Duration.ofSeconds(60);

  /** The 5 s that are promised, and what a busy machine adds. */
  private static final Duration CLOSE = Duration.ofSeconds(8);

  LifecycleContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void openingDoesNotWaitForTheBroker() {
    Link link = fixture.link();
    link.down();
    NodeContext context = new NodeContext(fixture.namespace(), name("node"), LONG);
    Node node = Timed.within(CLOSE, () -> closing(new Node(fixture, link, context)));
    Group group = group(name("topic"));
    Member member = Timed.within(CLOSE, () -> node.join(group, 10));
    assertThat(member.poll(10)).isEmpty();
    assertThat(context.is(ConnectionState.CONNECTED)).isFalse();
    link.restore();
    node.await(ConnectionState.CONNECTED);
    node.declare(group);
    List<Message> sent = Messages.some(topic(group), 3);
    node.publish(sent);
    member.receiveAndAck(sent);
  }

  @Test
  void closingTwiceIsClosingOnce() {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    Member member = node.join(group, 10);
    Producer producer = node.producer();
    for (int i = 0; i < 2; i++) {
      member.close();
      producer.close();
    }
    node.driver().close();
    node.driver().close();
    member.close();
    producer.close();
  }

  @Test
  void closingTheDriverClosesWhatItOpened() {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    Member member = node.join(group, 10);
    Producer producer = node.producer();
    node.driver().close();
    isClosed(member);
    isClosed(producer);
  }

  @Test
  void closingAMemberLeavesTheOthersOpen() {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    Member closed = node.join(group, 10);
    Member open = node.join(group, 10);
    Producer producer = node.producer(Confirm.CONFIRMED, LONG);
    closed.close();
    producer.close();
    isClosed(closed);
    isClosed(producer);
    List<Message> sent = Messages.some(topic(group), 5);
    node.publish(sent);
    open.receiveAndAck(sent);
  }

  @Test
  void aClosedDriverRefusesEverything() {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    node.driver().close();
    ConsumerSpec spec = new ConsumerSpec(group, 10, Start.LATEST);
    ProducerSpec producer = new ProducerSpec(Confirm.CONFIRMED, LONG, 10);
    List<Runnable> calls =
        List.of(
            () -> node.driver().consumer(spec, new Listener()),
            () -> node.driver().producer(producer),
            () -> node.topology().declare(TopicSpec.of(name("topic"))),
            () -> node.topology().declare(group, Start.LATEST),
            () -> node.topology().hasGroups(topic(group)),
            () -> node.topology().backlog(group),
            () -> node.topology().purge(group),
            () -> node.topology().retire(group, group),
            () -> node.topology().remove(group));
    calls.forEach(c -> assertThatThrownBy(c::run).isInstanceOf(ClosedException.class));
    node.driver().signals().send("subject", "lost");
  }

  @Test
  void aPollThatWaitsEndsWhenItsMemberIsClosed() throws Exception {
    aWaitingPollEnds(Member::close);
  }

  @Test
  void aPollThatWaitsEndsWhenTheDriverIsClosed() throws Exception {
    aWaitingPollEnds(member -> member.node().driver().close());
  }

  private void aWaitingPollEnds(Consumer<Member> close) throws Exception {
    Node node = node();
    Member member = node.join(node.declare(group(name("topic"))), 10);
    Waiting poll = Waiting.in(() -> member.consumer().poll(10, LONG));
    poll.awaitParked(patience());
    Timed.within(CLOSE, () -> close.accept(member));
    assertThat(poll.failure(patience())).isInstanceOf(ClosedException.class);
  }

  @Test
  void sendsThatWaitEndWhenTheirProducerIsClosed() throws Exception {
    waitingSendsEnd(Producer::close);
  }

  @Test
  void sendsThatWaitEndWhenTheDriverIsClosed() throws Exception {
    Node node = node();
    waitingSendsEnd(node, producer -> node.driver().close());
  }

  private void waitingSendsEnd(Consumer<Producer> close) throws Exception {
    waitingSendsEnd(node(), close);
  }

  /** With a window of 4 and nothing coming through, the fifth send waits inside its call. */
  private void waitingSendsEnd(Node node, Consumer<Producer> close) throws Exception {
    Group group = node.declare(group(name("topic")));
    Producer producer = node.driver().producer(new ProducerSpec(Confirm.CONFIRMED, LONG, 4));
    node.link().stall();
    List<Message> messages = Messages.some(topic(group), 8);
    Waiting sender =
        Waiting.in(
            () ->
                messages.stream()
                    .map(m -> producer.send(Destination.topic(m.topic()), m))
                    .toList()
                    .forEach(stage -> Sends.failure(stage, patience())));
    sender.awaitParked(patience());
    Timed.within(CLOSE, () -> close.accept(producer));
    sender.end(patience());
    node.link().restore();
  }

  @Test
  void closingIsQuickWhateverTheBrokerDoes() {
    for (Consumer<Link> fault : List.<Consumer<Link>>of(Link::down, Link::stall)) {
      Node node = node();
      Group group = node.declare(group(name("topic")));
      Member member = node.join(group, 10);
      node.publish(Messages.some(topic(group), 5));
      member.ack(member.receive(3));
      fault.accept(node.link());
      Timed.within(CLOSE, () -> node.driver().close());
      isClosed(member);
    }
  }

  @Test
  void aDriverThatNeverConnectedClosesToo() {
    for (Consumer<Link> fault : List.<Consumer<Link>>of(Link::down, Link::stall)) {
      Link link = fixture.link();
      fault.accept(link);
      NodeContext context = new NodeContext(fixture.namespace(), name("node"), LONG);
      Node node = closing(new Node(fixture, link, context));
      node.join(group(name("topic")), 10);
      Timed.within(CLOSE, () -> node.driver().close());
    }
  }

  @Test
  void aCallThatWaitsForTheBrokerEndsWhenTheDriverIsClosed() throws Exception {
    Link link = fixture.link();
    link.down();
    NodeContext context = new NodeContext(fixture.namespace(), name("node"), LONG);
    Node node = closing(new Node(fixture, link, context));
    Waiting call = Waiting.in(() -> node.topology().declare(TopicSpec.of(name("topic"))));
    call.awaitParked(patience());
    Timed.within(CLOSE, () -> node.driver().close());
    assertThat(call.failure(patience())).isInstanceOf(ClosedException.class);
  }

  private void isClosed(Member member) {
    assertThatThrownBy(() -> member.consumer().poll(1, Duration.ZERO))
        .isInstanceOf(ClosedException.class);
  }

  private void isClosed(Producer producer) {
    Message message = Messages.one(name("topic"));
    assertThat(
            Sends.failure(producer.send(Destination.topic(message.topic()), message), patience()))
        .isInstanceOf(ClosedException.class);
  }

  private static String topic(Group group) {
    return group.topics().iterator().next();
  }
}

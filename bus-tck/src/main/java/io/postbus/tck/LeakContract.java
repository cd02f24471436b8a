package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Group;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.Signals.Listening;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is closed leaves no thread behind, and an interrupt is never lost. */
abstract class LeakContract extends DriverScene {
  private static final Duration LONG = Duration.ofSeconds(60);

  LeakContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void aClosedDriverLeavesNoThreads() throws Exception {
    Link link = fixture.link();
    leavesNoThreads(() -> use(link, () -> {}));
  }

  @Test
  void aDriverClosedDuringAnOutageLeavesNoThreads() throws Exception {
    Link link = fixture.link();
    leavesNoThreads(() -> use(link, link::down));
  }

  @Test
  void aDriverClosedWhileNothingComesThroughLeavesNoThreads() throws Exception {
    Link link = fixture.link();
    leavesNoThreads(() -> use(link, link::stall));
  }

  @Test
  void whatIsClosedLeavesNoThreadsInADriverThatStaysOpen() {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    round(node, group);
    int before = Thread.activeCount();
    for (int i = 0; i < 20; i++) {
      round(node, group);
    }
    eventually().until("no more threads than " + before, () -> Thread.activeCount() <= before + 2);
  }

  private void round(Node node, Group group) {
    try (Member member = node.join(group, 10);
        Producer producer = node.producer(Confirm.CONFIRMED, patience());
        Listening listening = node.driver().signals().listen("subject", text -> {})) {
      assertThat(listening).isNotNull();
      Message message = Messages.one(group.topics().iterator().next());
      Sends.confirmed(producer.send(Destination.topic(message.topic()), message), patience());
      member.receiveAndAck(List.of(message));
      assertThat(member.consumer().flush(patience())).isTrue();
    }
  }

  /** A driver with something of everything, used and closed, with a fault just before the close. */
  private void use(Link link, Runnable fault) {
    NodeContext context = new NodeContext(fixture.namespace(), name("node"), LONG);
    try (Node node = new Node(fixture, link, context)) {
      node.await(ConnectionState.CONNECTED);
      Group group = node.declare(group(name("topic")));
      round(node, group);
      Member left = node.join(group, 10);
      Listening listening = node.driver().signals().listen("subject", text -> {});
      List<Message> sent = Messages.some(group.topics().iterator().next(), 5);
      node.publish(sent);
      assertThat(left.receive(5)).hasSize(5);
      assertThat(listening).isNotNull();
      fault.run();
      node.driver().close();
    }
  }

  /** A thread belongs to the group of the thread that made it, so what is made can be found. */
  @SuppressWarnings("ThreadGroup")
  private void leavesNoThreads(Runnable use) throws Exception {
    ThreadGroup made = new ThreadGroup(name("threads"));
    Throwable[] failure = new Throwable[1];
    Thread user = new Thread(made, use, name("user"));
    user.setUncaughtExceptionHandler((t, e) -> failure[0] = e);
    user.start();
    user.join(Duration.ofSeconds(100).toMillis());
    assertThat(failure[0]).as("what went wrong before").isNull();
    eventually().asserts("its threads end", () -> assertThat(alive(made)).isEmpty());
  }

  @SuppressWarnings("ThreadGroup")
  private static List<Thread> alive(ThreadGroup group) {
    Thread[] found = new Thread[1_000];
    int count = group.enumerate(found, true);
    return Stream.of(found).limit(count).filter(Thread::isAlive).toList();
  }

  @Test
  void anInterruptedPollEndsAndKeepsItsInterrupt() throws Exception {
    Node node = node();
    Member member = node.join(node.declare(group(name("topic"))), 10);
    Waiting poll = Waiting.in(() -> assertThat(member.consumer().poll(10, LONG)).isEmpty());
    isInterruptible(poll);
  }

  @Test
  void anInterruptedSendEndsAndKeepsItsInterrupt() throws Exception {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    Producer producer =
        closing(node.driver().producer(new ProducerSpec(Confirm.CONFIRMED, LONG, 1)));
    node.link().stall();
    List<Message> messages = Messages.some(group.topics().iterator().next(), 2);
    Waiting send =
        Waiting.in(() -> messages.forEach(m -> producer.send(Destination.topic(m.topic()), m)));
    isInterruptible(send);
    node.link().restore();
  }

  private void isInterruptible(Waiting call) throws InterruptedException {
    call.awaitParked(patience());
    call.interrupt();
    call.end(patience());
    assertThat(call.interrupted()).as("still interrupted").isTrue();
  }
}

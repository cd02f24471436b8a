package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.BusException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Group;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.PublishException;
import io.postbus.spi.PublishException.Outcome;
import io.postbus.spi.Start;
import io.postbus.spi.TopicSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What goes wrong is said in our own words, whoever's fault it is. */
abstract class ErrorsContract extends DriverScene {
  private static final Duration CALL_TIMEOUT = Duration.ofMillis(500);
  private static final Duration SLACK = Duration.ofSeconds(5);

  ErrorsContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void withoutAConnectionEveryCallEndsInTime() throws Exception {
    everyCallEndsInTime(Link::down);
  }

  @Test
  void whenNothingComesThroughEveryCallEndsInTime() throws Exception {
    everyCallEndsInTime(Link::stall);
  }

  private void everyCallEndsInTime(Consumer<Link> fault) throws Exception {
    NodeContext context = new NodeContext(fixture.namespace(), name("node"), CALL_TIMEOUT);
    Node node = closing(new Node(fixture, fixture.link(), context));
    node.await(ConnectionState.CONNECTED);
    Group group = group(name("topic"));
    eventually().asserts("the group is there", () -> node.declare(group));
    Group now = Group.direct(group.name(), group.since());
    fault.accept(node.link());
    List<Runnable> calls =
        List.of(
            () -> node.topology().declare(TopicSpec.of(name("topic"))),
            () -> node.topology().declare(group(name("topic")), Start.LATEST),
            () -> node.topology().hasGroups(name("topic")),
            () -> node.topology().backlog(group),
            () -> node.topology().purge(group),
            () -> node.topology().retire(group, now),
            () -> node.topology().remove(group));
    for (Throwable failure :
        InParallel.run(calls.stream().map(ErrorsContract::timed).toList(), patience())) {
      isOurs(failure);
      assertThat(failure).isInstanceOf(ConnectionException.class);
      assertThat(((BusException) failure).retryable()).isTrue();
    }
    node.link().restore();
    node.await(ConnectionState.CONNECTED);
    eventually().asserts("calls work again", () -> node.declare(group));
  }

  /** What the call fails with, in time. */
  private static Callable<Throwable> timed(Runnable call) {
    return () -> Timed.within(CALL_TIMEOUT.plus(SLACK), () -> catchThrowable(call::run));
  }

  @Test
  void aSendThatIsNotConfirmedInTimeIsUnknown() {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    try (Producer producer = shortProducer(node)) {
      Destination to = Destination.topic(group.topics().iterator().next());
      // By this producer: one that has never reached the broker knows that nothing has left.
      eventually()
          .asserts(
              "the way is open",
              () -> Sends.confirmed(producer.send(to, Messages.one(to.name())), patience()));
      node.link().stall();
      Message message = Messages.one(to.name());
      Throwable failure =
          Timed.within(
              CALL_TIMEOUT.plus(SLACK),
              () -> Sends.rawFailure(producer.send(to, message), patience()));
      isPublishException(failure, Outcome.UNKNOWN);
      node.link().restore();
    }
  }

  /** It never left this process, and the error says so. */
  @Test
  void aSendWithoutAnyConnectionIsRejected() {
    Link link = fixture.link();
    link.down();
    NodeContext context = new NodeContext(fixture.namespace(), name("node"), CALL_TIMEOUT);
    Node node = closing(new Node(fixture, link, context));
    try (Producer producer = shortProducer(node)) {
      Message message = Messages.one(name("topic"));
      Throwable failure =
          Timed.within(
              CALL_TIMEOUT.plus(SLACK),
              () ->
                  Sends.rawFailure(
                      producer.send(Destination.topic(message.topic()), message), patience()));
      isPublishException(failure, Outcome.REJECTED);
    }
  }

  /** Reasons are read by people who have to find the broker that is down. */
  @Test
  void everyStateHasItsReasonAndNoSecret() {
    Node node = node();
    node.link().down();
    node.await(ConnectionState.DOWN);
    node.link().restore();
    node.await(ConnectionState.CONNECTED);
    for (NodeContext.Report report : node.context().reports()) {
      if (report.state() != ConnectionState.CONNECTED) {
        assertThat(report.reason()).as("reason of " + report.state()).isNotBlank();
      }
      assertThat(fixture.secrets()).noneMatch(report.reason()::contains);
    }
    assertThat(fixture.secrets()).noneMatch(node.driver().toString()::contains);
  }

  private static Producer shortProducer(Node node) {
    return node.driver().producer(new ProducerSpec(Confirm.CONFIRMED, CALL_TIMEOUT, 100));
  }

  private void isPublishException(Throwable failure, Outcome outcome) {
    isOurs(failure);
    assertThat(failure).isInstanceOf(PublishException.class);
    assertThat(((PublishException) failure).outcome()).isEqualTo(outcome);
    assertThat(((PublishException) failure).retryable()).isTrue();
  }

  private void isOurs(Throwable failure) {
    assertThat(failure).isInstanceOf(BusException.class);
    assertThat(failure.getClass().getPackage()).isEqualTo(BusException.class.getPackage());
    assertThat(failure.getMessage()).isNotBlank();
    assertThat(fixture.secrets()).noneMatch(String.valueOf(failure)::contains);
  }
}

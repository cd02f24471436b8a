package io.postbus.driver.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.BusException;
import io.postbus.spi.Consumer;
import io.postbus.spi.Driver;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.PublishException;
import io.postbus.spi.PublishException.Outcome;
import io.postbus.spi.Start;
import io.postbus.spi.TopicSpec;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.RabbitBroker;
import io.postbus.testbrokers.RabbitOptions;
import io.postbus.testbrokers.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A channel that the broker closes, one that says nothing, and a broker that blocks. */
class PublishingIT {
  private static final int MAX_SIZE = 100_000;
  private static final RabbitBroker BROKER =
      RabbitBroker.open(RabbitOptions.defaults().setting("max_message_size", "" + MAX_SIZE));

  private final Scene scene = new Scene(BROKER);

  @AfterAll
  static void closeBroker() {
    BROKER.close();
  }

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  private static Outcome outcome(CompletionStage<Void> stage) {
    BusException failure = Scene.failure(stage);
    assertThat(failure).isInstanceOf(PublishException.class);
    return ((PublishException) failure).outcome();
  }

  /** One channel, so that what the culprit does to it, it does to the others as well. */
  private Driver oneChannel() {
    return scene.driver(Map.of("publish-channels", 1));
  }

  private static List<CompletionStage<Void>> send(Producer producer, List<Message> messages) {
    List<CompletionStage<Void>> stages = new ArrayList<>();
    messages.forEach(m -> stages.add(producer.send(Destination.topic(m.topic()), m)));
    return stages;
  }

  @Test
  void aMessageTooLargeHarmsNoOther() {
    Driver driver = oneChannel();
    Group group = scene.declared(driver, Order.NONE);
    Producer producer = Scene.producer(driver, Scene.PATIENCE);
    List<Message> sent = Scene.messages(200);
    Message tooLarge = Message.of("topic", "Type", new byte[MAX_SIZE + 1]);
    List<CompletionStage<Void>> before = send(producer, sent.subList(0, 100));
    CompletionStage<Void> refused = producer.send(Destination.topic("topic"), tooLarge);
    List<CompletionStage<Void>> after = send(producer, sent.subList(100, 200));
    assertThat(Scene.failure(refused))
        .isInstanceOf(PublishException.class)
        .hasMessageContaining("larger than")
        .returns(false, BusException::retryable);
    before.forEach(s -> assertThat(Scene.failure(s)).isNull());
    after.forEach(s -> assertThat(Scene.failure(s)).isNull());
    arriveInOrder(driver, group, sent);
  }

  /** Those that were on their way may come twice, but none overtakes another. */
  private void arriveInOrder(Driver driver, Group group, List<Message> sent) {
    Consumer consumer = scene.consumer(driver, group, 500);
    List<String> first = new ArrayList<>();
    Eventually.within(Scene.PATIENCE)
        .asserts(
            "all arrive",
            () -> {
              consumer
                  .poll(100, Duration.ofMillis(200))
                  .forEach(
                      d -> {
                        if (!first.contains(d.message().id())) {
                          first.add(d.message().id());
                        }
                      });
              assertThat(first).hasSameSizeAs(sent);
            });
    assertThat(first).isEqualTo(Scene.ids(sent));
  }

  @Test
  void anExchangeThatIsDeletedMakesItsMessagesUnroutableAndNoOther() {
    Driver driver = oneChannel();
    scene.declared(driver, Order.NONE);
    driver.topology().declare(TopicSpec.of("gone"));
    Producer producer = Scene.producer(driver, Scene.PATIENCE);
    Message gone = Message.of("gone", "Type", new byte[0]);
    assertThat(outcome(producer.send(Destination.topic("gone"), gone)))
        .isEqualTo(Outcome.UNROUTABLE);
    scene.natively(c -> c.exchangeDelete(scene.namespace + "gone"));
    List<CompletionStage<Void>> others = send(producer, Scene.messages(50));
    CompletionStage<Void> unroutable = producer.send(Destination.topic("gone"), gone);
    others.addAll(send(producer, Scene.messages(50)));
    assertThat(outcome(unroutable)).isEqualTo(Outcome.UNROUTABLE);
    others.forEach(s -> assertThat(Scene.failure(s)).isNull());
    driver.topology().declare(scene.group(Order.NONE, "topic", "gone"), Start.LATEST);
    assertThat(Scene.failure(producer.send(Destination.topic("gone"), gone))).isNull();
  }

  @Test
  void theBrokerIsNotAskedWhetherAnybodyTakesWhatIsWanted() {
    Driver driver = scene.driver();
    Group group = scene.declared(driver, Order.NONE);
    driver.topology().declare(TopicSpec.of("nobodys"));
    Producer producer = Scene.producer(driver, Scene.PATIENCE);
    Message unwanted = Message.of("nobodys", "Type", new byte[0]);
    assertThat(Scene.failure(producer.send(Destination.wantedTopic("nobodys"), unwanted))).isNull();
    Message wanted = Scene.messages(1).get(0);
    assertThat(Scene.failure(producer.send(Destination.wantedTopic("topic"), wanted))).isNull();
    assertThat(Scene.idsOf(Scene.receive(scene.consumer(driver, group, 10), 1)))
        .containsExactly(wanted.id());
  }

  @Test
  void withoutPermissionAMessageIsRefused() {
    BROKER.rabbitmqctl("add_user", "reader", "secret-of-reader");
    BROKER.rabbitmqctl("set_permissions", "reader", ".*", "^$", ".*");
    Driver owner = scene.driver();
    scene.declared(owner, Order.NONE);
    String uri = BROKER.uri().toString().replaceFirst("//[^@]+@", "//reader:secret-of-reader@");
    Driver driver = scene.driver(Map.of("uris", uri, "declare", "never"));
    Message message = Scene.messages(1).get(0);
    BusException failure =
        Scene.failure(
            Scene.producer(driver, Scene.PATIENCE).send(Destination.topic("topic"), message));
    assertThat(failure)
        .hasMessageContaining("reader")
        .hasMessageNotContaining("secret")
        .returns(false, BusException::retryable);
  }

  @Test
  void headersBeyondAFrameAreRefused() {
    Driver driver = oneChannel();
    scene.declared(driver, Order.NONE);
    Producer producer = Scene.producer(driver, Scene.PATIENCE);
    Message huge = Scene.messages(1).get(0).header("huge", "x".repeat(200_000));
    List<CompletionStage<Void>> before = send(producer, Scene.messages(20));
    CompletionStage<Void> refused = producer.send(Destination.topic("topic"), huge);
    List<CompletionStage<Void>> after = send(producer, Scene.messages(20));
    assertThat(outcome(refused)).isEqualTo(Outcome.REJECTED);
    before.forEach(s -> assertThat(Scene.failure(s)).isNull());
    after.forEach(s -> assertThat(Scene.failure(s)).isNull());
  }

  @Test
  void aFullQueueRefusesForNowWhatOthersMayHave() {
    scene.natively(c -> c.exchangeDeclare(scene.namespace + "topic", "topic", true));
    scene.natively(
        c ->
            c.queueDeclare(
                scene.namespace + "group",
                true,
                false,
                false,
                Map.of("x-max-length", 5, "x-overflow", "reject-publish")));
    Driver driver = scene.driver();
    scene.declared(driver, Order.NONE);
    Producer producer = Scene.producer(driver, Scene.PATIENCE);
    Scene.publish(producer, Scene.messages(5));
    BusException failure = null;
    for (int i = 0; i < 5 && failure == null; i++) {
      failure = Scene.failure(send(producer, Scene.messages(1)).get(0));
    }
    assertThat(failure).isInstanceOf(PublishException.class).returns(true, BusException::retryable);
    assertThat(((PublishException) failure).outcome()).isEqualTo(Outcome.UNKNOWN);
    Message direct = Scene.messages(1).get(0);
    assertThat(outcome(producer.send(Destination.group("group"), direct)))
        .isEqualTo(Outcome.REJECTED);
  }

  @Test
  void whatWaitsWhileTheBrokerBlocksGoesOutAfterwards() {
    Driver driver = scene.driver();
    Group group = scene.declared(driver, Order.NONE);
    Producer producer = Scene.producer(driver, Duration.ofSeconds(60));
    Scene.publish(producer, Scene.messages(1));
    BROKER.raiseMemoryAlarm();
    List<CompletionStage<Void>> waiting;
    try {
      waiting = send(producer, Scene.messages(1));
      Eventually.within(Scene.PATIENCE)
          .until(
              "blocked",
              () ->
                  scene.reports.stream()
                      .anyMatch(r -> r.startsWith("BLOCKED") && r.contains("memory")));
      waiting.addAll(send(producer, Scene.messages(100)));
      assertThat(driver.topology().backlog(group).ready()).as("calls go on").isNotNegative();
      assertThat(waiting).noneMatch(s -> s.toCompletableFuture().isDone());
    } finally {
      BROKER.clearMemoryAlarm();
    }
    waiting.forEach(s -> assertThat(Scene.failure(s)).isNull());
    assertThat(Scene.receive(scene.consumer(driver, group, 200), 102)).hasSize(102);
  }

  @Test
  void aConfirmationThatComesTooLateDisturbsNothing() {
    try (TcpProxy proxy = TcpProxy.to(BROKER.endpoint())) {
      Driver driver =
          scene.driver(Map.of("uris", BROKER.uri(proxy.endpoint()).toString(), "heartbeat", "60s"));
      Group group = scene.declared(driver, Order.NONE);
      Producer producer =
          driver.producer(new ProducerSpec(Confirm.CONFIRMED, Duration.ofSeconds(1), 10));
      List<Message> sent = Scene.messages(30);
      Scene.publish(producer, sent.subList(0, 10));
      proxy.stall(TcpProxy.Direction.TO_CLIENT);
      send(producer, sent.subList(10, 20))
          .forEach(s -> assertThat(outcome(s)).isEqualTo(Outcome.UNKNOWN));
      proxy.resume();
      Scene.publish(producer, sent.subList(20, 30));
      var got = Scene.receive(scene.consumer(driver, group, 100), 30);
      assertThat(Scene.idsOf(got)).as("nothing is sent twice").isEqualTo(Scene.ids(sent));
    }
  }
}

package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Group;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What has been sent, and when that may be said. */
abstract class PublishContract extends DriverScene {
  PublishContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void aConfirmedMessageIsOwnedByTheBroker() {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    for (int n = 1; n <= 20; n++) {
      node.publish(Messages.one(topic(group)));
      assertThat(node.count(group)).as("at the broker once confirmed").isEqualTo(n);
    }
  }

  @Test
  void manyInFlightAreAllOwnedOnceConfirmed() {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    node.publish(Messages.some(topic(group), 2_000));
    assertThat(node.count(group)).isEqualTo(2_000);
  }

  @Test
  void aProducerIsForManyThreads() throws Exception {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    List<CompletionStage<Void>> stages = new CopyOnWriteArrayList<>();
    Callable<Void> sender =
        () -> {
          for (Message m : Messages.some(topic(group), 100)) {
            stages.add(node.producer().send(Destination.topic(m.topic()), m));
          }
          return null;
        };
    InParallel.run(8, sender, patience());
    Sends.confirmed(stages, patience());
    assertThat(node.count(group)).isEqualTo(800);
  }

  @Test
  void whoWantsNoStageIsToldEachEndOnce() {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    Queue<Optional<Throwable>> ends = new ConcurrentLinkedQueue<>();
    Consumer<@Nullable Throwable> ended = failure -> ends.add(Optional.ofNullable(failure));
    for (Message m : Messages.some(topic(group), 50)) {
      node.producer().send(Destination.topic(m.topic()), m, ended);
    }
    eventually().until("50 have ended", () -> ends.size() >= 50);
    assertThat(node.count(group)).isEqualTo(50);
    assertThat(ends).hasSize(50).allMatch(Optional::isEmpty);
  }

  @Test
  void aMessageSentToAGroupGoesThereAlone() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Group other = node.declare(group(topic));
    node.publish(Destination.group(group.name()), Messages.one(topic));
    assertThat(node.count(group)).isEqualTo(1);
    assertThat(node.count(other)).isZero();
  }

  @Test
  void aRapidMessageArrives() {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    Producer rapid = closing(node.producer(Confirm.RAPID, patience()));
    for (Message m : Messages.some(topic(group), 200)) {
      Sends.confirmed(rapid.send(Destination.topic(m.topic()), m), patience());
    }
    eventually().until("200 at the broker", () -> node.count(group) == 200);
  }

  @Test
  void closingAProducerSendsOutWhatItHas() {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    for (Confirm confirm : Confirm.values()) {
      Producer producer = node.producer(confirm, patience());
      List<CompletionStage<Void>> stages = new ArrayList<>();
      for (Message m : Messages.some(topic(group), 300)) {
        stages.add(producer.send(Destination.topic(m.topic()), m));
      }
      producer.close();
      Sends.confirmed(stages, Duration.ZERO);
    }
    eventually().until("600 at the broker", () -> node.count(group) == 600);
  }

  /** Nothing can be confirmed while nothing comes through, so the window has to hold. */
  @Test
  void noMoreAwaitTheirConfirmationThanTheWindowAllows() {
    Node node = node();
    Group group = node.declare(group(name("topic")));
    Producer producer =
        closing(
            node.driver().producer(new ProducerSpec(Confirm.CONFIRMED, Duration.ofMillis(600), 2)));
    node.link().stall();
    AtomicInteger open = new AtomicInteger();
    for (Message m : Messages.some(topic(group), 4)) {
      open.incrementAndGet();
      var unused =
          producer
              .send(Destination.topic(m.topic()), m)
              .whenComplete((v, failure) -> open.decrementAndGet());
      // The room of one that has ended may be given away a moment before its stage tells.
      Eventually.within(Duration.ofMillis(200))
          .until("no more than two have returned and not ended", () -> open.get() <= 2);
    }
    node.link().restore();
  }

  private static String topic(Group group) {
    return group.topics().iterator().next();
  }
}

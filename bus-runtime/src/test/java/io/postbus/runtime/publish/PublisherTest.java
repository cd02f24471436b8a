package io.postbus.runtime.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.DecodeException;
import io.postbus.Interceptor;
import io.postbus.Publish;
import io.postbus.PublishOptions;
import io.postbus.PublishResult;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.runtime.publish.PublishEvents.Ending;
import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Group;
import io.postbus.spi.PublishException;
import io.postbus.spi.PublishException.Outcome;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PublisherTest {
  private static final PublishOptions CONFIRMED = Publish.confirmed();

  private final PublishRig rig = new PublishRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aConfirmedMessageIsWithEveryGroup() {
    rig.group("a", "orders");
    rig.group("b", "orders");

    rig.publisher.publish(message("orders", "Placed"), CONFIRMED);

    assertThat(rig.ready("a")).isEqualTo(1);
    assertThat(rig.ready("b")).isEqualTo(1);
    assertThat(rig.counted(Ending.CONFIRMED)).isEqualTo(1);
  }

  @Test
  void aTopicWithoutGroupsIsUnroutable() {
    Message m = message("orders", "Placed");

    assertThatThrownBy(() -> rig.publisher.publish(m, CONFIRMED))
        .isInstanceOfSatisfying(
            PublishException.class,
            e -> {
              assertThat(e.outcome()).isEqualTo(Outcome.UNROUTABLE);
              assertThat(e.retryable()).isFalse();
              assertThat(e).hasMessageContaining("orders").hasMessageContaining("main");
            });
    assertThat(rig.counted(Ending.UNROUTABLE)).isEqualTo(1);
  }

  @Test
  void aTopicThatSaysDropIsDoneWithWhatNobodyGets() {
    rig.publisher.publish(message("droppable", "Placed"), CONFIRMED);

    assertThat(rig.counted(Ending.DROPPED)).isEqualTo(1);
    assertThat(rig.counted(Ending.CONFIRMED)).isZero();
  }

  @Test
  void aTypeThatNoGroupWantsIsDoneAndCountedUnmatched() {
    rig.group("a", "orders", "Placed");

    rig.publisher.publish(message("orders", "Cancelled"), CONFIRMED);

    assertThat(rig.counted(Ending.UNMATCHED)).isEqualTo(1);
    assertThat(rig.ready("a")).isZero();
  }

  @Test
  void aTypeThatNoGroupOfTheBrokersWantsIsUnmatchedToo() {
    rig.declared("elsewhere", "orders", "Placed");

    rig.publisher.publish(message("orders", "Cancelled"), CONFIRMED);

    assertThat(rig.counted(Ending.UNMATCHED)).isEqualTo(1);
  }

  /** Its queue was deleted, or the broker has lost everything: that must not pass for published. */
  @Test
  void whatAGroupWantsThatTheBrokerHasLostIsNotPublished() {
    rig.group("a", "orders", "Placed");
    rig.publisher.publish(message("orders", "Placed"), CONFIRMED);
    Group there = rig.declared("a", "orders", "Placed");
    rig.connections.byDefault().driver().topology().remove(there);

    assertThatThrownBy(() -> rig.publisher.publish(message("orders", "Placed"), CONFIRMED))
        .isInstanceOfSatisfying(
            PublishException.class,
            e -> {
              assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
              assertThat(e.retryable()).isTrue();
            });
    assertThat(rig.counted(Ending.UNMATCHED)).isZero();
    rig.publisher.publish(message("orders", "Cancelled"), CONFIRMED);
    assertThat(rig.counted(Ending.UNMATCHED)).isEqualTo(1);
  }

  @Test
  void aGroupThatOnlyTheBrokerKnowsMakesATopicRoutable() {
    rig.declared("elsewhere", "orders");

    rig.publisher.publish(message("orders", "Placed"), CONFIRMED);
    rig.publisher.publish(message("orders", "Placed"), CONFIRMED);

    assertThat(rig.ready("elsewhere")).isEqualTo(2);
  }

  @Test
  void aGroupOfAnotherProcessIsFoundWithinASecondOfAFailure() {
    Message m = message("orders", "Placed");
    assertThatThrownBy(() -> rig.publisher.publish(m, CONFIRMED))
        .isInstanceOf(PublishException.class);

    rig.group("late", "orders");

    Eventually.within(Duration.ofSeconds(1))
        .asserts("the group is found", () -> rig.publisher.publish(m, CONFIRMED));
    assertThat(rig.ready("late")).isEqualTo(1);
  }

  @Test
  void aGroupRegisteredThroughThisBusIsFoundAtOnce() {
    Message m = message("orders", "Placed");
    assertThatThrownBy(() -> rig.publisher.publish(m, CONFIRMED))
        .isInstanceOf(PublishException.class);

    rig.group("late", "orders");
    rig.known.invalidate();

    rig.publisher.publish(m, CONFIRMED);
    assertThat(rig.ready("late")).isEqualTo(1);
  }

  @Test
  void aRemovedGroupIsForgottenWithTheNextReading() {
    rig.group("a", "orders");
    rig.publisher.publish(message("orders", "Placed"), CONFIRMED);
    rig.connections.byDefault().driver().topology().remove(rig.declared("a", "orders"));
    rig.store.store().groups().remove("a");

    rig.known.refresh();

    assertThatThrownBy(() -> rig.publisher.publish(message("orders", "Placed"), CONFIRMED))
        .isInstanceOfSatisfying(
            PublishException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNROUTABLE));
  }

  @Test
  void aRapidMessageIsCountedAndNotConfirmed() {
    rig.group("a", "orders");

    rig.publisher.publish(message("orders", "Placed"), Publish.rapid());

    assertThat(rig.counted(Ending.RAPID)).isEqualTo(1);
    assertThat(rig.counted(Ending.CONFIRMED)).isZero();
  }

  @Test
  void aMessageToOneGroupReachesThatOneWhateverItsFilterSays() {
    rig.group("a", "orders", "Placed");
    rig.group("b", "orders");

    rig.publisher.publish(message("orders", "Cancelled"), Publish.toGroup("a"));

    assertThat(rig.ready("a")).isEqualTo(1);
    assertThat(rig.ready("b")).isZero();
  }

  @Test
  void aMessageToAGroupThatDoesNotExistIsUnroutable() {
    assertThatThrownBy(
            () -> rig.publisher.publish(message("orders", "Placed"), Publish.toGroup("nobody")))
        .isInstanceOfSatisfying(
            PublishException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNROUTABLE));
    assertThat(rig.counted(Ending.UNROUTABLE)).isEqualTo(1);
  }

  @Test
  void aBatchReportsEachItemInItsOrder() {
    rig.group("a", "orders");
    Object undecodable = new Object() {};
    List<Message> batch =
        List.of(
            message("orders", "Placed"),
            message("nowhere", "Placed"),
            Message.of("orders", "Placed", new Unencodable(undecodable)),
            message("orders", "Placed"));

    List<PublishResult> results = rig.publisher.publishAll(batch, CONFIRMED);

    assertThat(results).extracting(PublishResult::message).containsExactlyElementsOf(batch);
    assertThat(results)
        .extracting(PublishResult::published)
        .containsExactly(true, false, false, true);
    assertThat(results.get(1).error()).get().isInstanceOf(PublishException.class);
    assertThat(results.get(2).error()).get().isInstanceOf(DecodeException.class);
    assertThat(rig.ready("a")).isEqualTo(2);
  }

  @Test
  void aLargeBatchArrivesWhole() {
    rig.group("a", "orders");
    List<Message> batch =
        IntStream.range(0, 2_345).mapToObj(i -> message("orders", "Placed")).toList();

    List<PublishResult> results = rig.publisher.publishAll(batch, CONFIRMED);

    assertThat(results).hasSize(2_345).allMatch(PublishResult::published);
    assertThat(rig.ready("a")).isEqualTo(2_345);
  }

  @Test
  void whatTheBrokerMayHaveIsUnknown() {
    rig.group("a", "orders");
    rig.broker.failNext(1, Outcome.UNKNOWN);

    assertThatThrownBy(() -> rig.publisher.publish(message("orders", "Placed"), CONFIRMED))
        .isInstanceOfSatisfying(
            PublishException.class,
            e -> {
              assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
              assertThat(e.retryable()).isTrue();
            });
    assertThat(rig.counted(Ending.UNKNOWN)).isEqualTo(1);
  }

  @Test
  void whileTheBrokerBlocksPublishingWaitsAndThenFailsRetryably() {
    rig.group("a", "orders");
    rig.broker.block();
    awaitState(false);

    assertThatThrownBy(
            () ->
                rig.publisher.publish(
                    message("orders", "Placed"), Publish.timeout(Duration.ofMillis(50))))
        .isInstanceOfSatisfying(
            PublishException.class,
            e -> {
              assertThat(e.retryable()).isTrue();
              assertThat(e.outcome()).isEqualTo(Outcome.REJECTED);
            });
  }

  @Test
  void aPublicationThatWaitsForTheBrokerGoesOnWhenItIsBack() throws Exception {
    rig.group("a", "orders");
    rig.broker.stop();
    awaitState(false);

    CompletableFuture<Void> published =
        CompletableFuture.runAsync(
            () -> rig.publisher.publish(message("orders", "Placed"), CONFIRMED));
    rig.broker.start();

    published.get(5, java.util.concurrent.TimeUnit.SECONDS);
    assertThat(rig.ready("a")).isEqualTo(1);
  }

  @Test
  void anInterruptedPublisherIsToldThatTheOutcomeIsUnknownAndStaysInterrupted() throws Exception {
    rig.group("a", "orders");
    rig.broker.block();
    awaitState(false);
    AtomicReference<@Nullable BusException> error = new AtomicReference<>();
    AtomicReference<Boolean> interrupted = new AtomicReference<>(false);
    Thread publishing =
        new Thread(
            () -> {
              try {
                rig.publisher.publish(message("orders", "Placed"), CONFIRMED);
              } catch (BusException e) {
                error.set(e);
                interrupted.set(Thread.currentThread().isInterrupted());
              }
            });
    publishing.start();
    publishing.interrupt();
    publishing.join(5_000);

    assertThat(error.get())
        .isInstanceOfSatisfying(
            PublishException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
    assertThat(interrupted.get()).isTrue();
  }

  @Test
  void headersOfPostbusAreRefusedFromApplications() {
    rig.group("a", "orders");
    Message m = message("orders", "Placed").header("postbus-attempt", "3");

    assertThatThrownBy(() -> rig.publisher.publish(m, CONFIRMED))
        .hasMessageContaining("postbus-")
        .isInstanceOf(PublishException.class);
    assertThat(rig.ready("a")).isZero();
  }

  @Test
  void anUnknownConnectionIsNamed() {
    assertThatThrownBy(
            () -> rig.publisher.publish(message("orders", "Placed"), Publish.driver("mian")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("mian")
        .hasMessageContaining("main");
  }

  @Test
  void aDelayedMessageGoesToTheStoreWithoutTouchingTheBroker() {
    rig.broker.stop();
    rig.publisher.publish(
        message("orders", "Placed"),
        Publish.after(Duration.ofMinutes(5)).timeToLive(Duration.ofMinutes(1)));
    rig.publisher.publish(
        message("orders", "Placed"), Publish.at(Instant.now().plusSeconds(60)).toGroup("a"));

    assertThat(rig.delayed.get(0).to()).isEqualTo(Destination.topic("orders"));
    assertThat(rig.delayed.get(1).to()).isEqualTo(Destination.group("a"));
    assertThat(rig.delayed.get(0).message().expiry())
        .isBetween(Instant.now().plusSeconds(300), Instant.now().plusSeconds(360));
    assertThat(rig.counted(Ending.DELAYED)).isEqualTo(2);
  }

  @Test
  void aDelayOfZeroAndATimeThatHasPassedNeedNoStore() {
    rig.group("a", "orders");

    rig.publisher.publish(message("orders", "Placed"), Publish.after(Duration.ZERO));
    rig.publisher.publish(message("orders", "Placed"), Publish.at(Instant.now().minusSeconds(1)));

    assertThat(rig.delayed).isEmpty();
    assertThat(rig.ready("a")).isEqualTo(2);
  }

  @Test
  void theEarlierOfTwoExpiriesCounts() {
    Instant soon = Instant.now().plusSeconds(30);
    PublishOptions o = Publish.after(Duration.ofSeconds(20)).timeToLive(Duration.ofDays(1));

    rig.publisher.publish(message("orders", "Placed").expiry(soon), o);

    assertThat(rig.delayed.get(0).message().expiry())
        .isEqualTo(message("orders", "Placed").expiry(soon).expiry());
  }

  @Test
  void interceptorsStandAroundInTheOrderOfAdding() {
    List<String> seen = new CopyOnWriteArrayList<>();
    try (PublishRig own =
        new PublishRig(
            List.of(noting("outer", seen), noting("inner", seen)), "app", Duration.ofSeconds(5))) {
      own.group("a", "orders");
      own.publisher.publish(message("orders", "Placed"), CONFIRMED);
      assertThat(own.ready("a")).isEqualTo(1);
    }
    assertThat(seen).containsExactly("outer", "inner");
  }

  @Test
  void anInterceptorCanRefuseAndChange() {
    Interceptor refusing =
        new Interceptor() {
          @Override
          public CompletionStage<Void> publish(
              Message m, Function<Message, CompletionStage<Void>> next) {
            if (m.type().equals("Refused")) {
              throw new IllegalStateException("not on a Sunday");
            }
            return next.apply(m.header("seen", "yes"));
          }
        };
    List<Message> arrived = new ArrayList<>();
    try (PublishRig own = new PublishRig(List.of(refusing), "app", Duration.ofSeconds(5))) {
      own.group("a", "orders");
      own.publisher.publish(message("orders", "Placed"), Publish.after(Duration.ofSeconds(9)));
      arrived.add(own.delayed.get(0).message());
      assertThatThrownBy(() -> own.publisher.publish(message("orders", "Refused"), CONFIRMED))
          .isInstanceOf(PublishException.class)
          .hasMessageContaining("not on a Sunday");
      assertThat(own.publisher.publishAll(List.of(message("orders", "Refused")), CONFIRMED))
          .noneMatch(PublishResult::published);
    }
    assertThat(arrived.get(0).header("seen")).isEqualTo("yes");
    assertThat(arrived.get(0).source()).isEqualTo("app");
  }

  @Test
  void afterClosePublishingIsRefused() {
    rig.publisher.close();

    assertThatThrownBy(() -> rig.publisher.publish(message("orders", "Placed"), CONFIRMED))
        .isInstanceOf(ClosedException.class);
    assertThat(rig.publisher.publishAsync(message("orders", "Placed"), CONFIRMED))
        .isCompletedExceptionally();
  }

  private static Interceptor noting(String name, List<String> seen) {
    return new Interceptor() {
      @Override
      public CompletionStage<Void> publish(
          Message m, Function<Message, CompletionStage<Void>> next) {
        seen.add(name);
        return next.apply(m);
      }
    };
  }

  private void awaitState(boolean connected) {
    Eventually.within(Duration.ofSeconds(5))
        .until(
            "the connection's state is known",
            () -> rig.connections.byDefault().connected() == connected);
  }

  private static Message message(String topic, String type) {
    return Message.of(topic, type, new byte[] {1});
  }

  /** Jackson finds itself in it. */
  record Unencodable(Object self) {
    @Override
    public Object self() {
      throw new IllegalStateException("cannot be read");
    }
  }
}

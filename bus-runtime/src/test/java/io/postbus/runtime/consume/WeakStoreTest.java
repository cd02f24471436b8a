package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Delivery;
import io.postbus.Handler;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.Subscription.Circuit;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Failure;
import io.postbus.spi.Group;
import io.postbus.spi.Received;
import io.postbus.spi.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The store keeps less than the broker does: nothing is let go of in its favour. */
class WeakStoreTest {
  private static final RetrySchedule SCHEDULE =
      RetrySchedule.delayed(Duration.ofMinutes(1), Duration.ofMinutes(20));

  /** One attempt, and when. */
  record Attempt(int number, Duration after) {}

  private final List<Attempt> attempts = new CopyOnWriteArrayList<>();

  @Test
  void retriesAreHeldAndDeadLettersGoToTheBroker() throws Exception {
    try (ConsumeRig rig = weak(Duration.ofHours(2))) {
      Member member = rig.join(group(), failing(rig));
      rig.publish(rig.message("A").header("tenant", "a"));
      rig.advance(Duration.ofMinutes(20));
      assertThat(rig.broker.backlog("g").unsettled()).hasValue(1);
      assertThat(member.health().inFlight()).isEqualTo(1);
      rig.advance(Duration.ofMinutes(10));

      assertThat(attempts)
          .containsExactly(
              new Attempt(1, Duration.ZERO),
              new Attempt(2, Duration.ofMinutes(1)),
              new Attempt(3, Duration.ofMinutes(21)));
      assertThat(rig.store.delays().count(io.postbus.spi.DelayedQuery.ALL)).isZero();
      Received dead = deadLetter(rig);
      assertThat(PostbusHeaders.attempt(dead.message())).isEqualTo(3);
      Failure failure = Objects.requireNonNull(PostbusHeaders.failure(dead.message()));
      assertThat(failure.message()).isEqualTo("no luck");
      assertThat(failure.first()).isEqualTo(ConsumeRig.START);
      assertThat(failure.last()).isEqualTo(ConsumeRig.START.plus(Duration.ofMinutes(21)));
      assertThat(dead.message().header("tenant")).isEqualTo("a");
      assertThat(rig.broker.backlog("g").unsettled()).hasValue(0);
    }
  }

  @Test
  void aRetryThatCannotBeHeldSoLongGoesRoundThroughTheBroker() throws Exception {
    // Half of it is 10 minutes: the 20 of the second retry are more than that twice over.
    try (ConsumeRig rig = weak(Duration.ofMinutes(20))) {
      rig.join(group(), failing(rig));
      rig.publish("A");
      rig.advance(Duration.ofMinutes(30));

      assertThat(attempts)
          .containsExactly(
              new Attempt(1, Duration.ZERO),
              new Attempt(2, Duration.ofMinutes(1)),
              new Attempt(3, Duration.ofMinutes(21)));
      assertThat(deadLetter(rig).message().type()).isEqualTo("A");
    }
  }

  @Test
  void othersAreTakenWhileManyAreHeld() throws Exception {
    try (ConsumeRig rig = weak(Duration.ofHours(2))) {
      rig.join(group().circuit(Circuit.OFF).concurrency(2), failing(rig));
      for (int i = 0; i < 100; i++) {
        rig.publish("A");
      }
      rig.settled();

      assertThat(attempts).hasSize(100);
      assertThat(rig.broker.backlog("g").unsettled()).hasValue(100);
    }
  }

  @Test
  void theAttemptsCountedSoFarOutliveTheProcess() throws Exception {
    try (ConsumeRig rig = weak(Duration.ofHours(2))) {
      Member first = rig.join(group(), failing(rig));
      rig.publish("A");
      rig.advance(Duration.ofMinutes(5));
      first.close();
      rig.join(group(), failing(rig));
      rig.advance(Duration.ofMinutes(30));

      assertThat(attempts)
          .containsExactly(
              new Attempt(1, Duration.ZERO),
              new Attempt(2, Duration.ofMinutes(1)),
              new Attempt(3, Duration.ofMinutes(21)));
    }
  }

  private static ConsumeRig weak(Duration maxHold) {
    ConsumeRig rig = ConsumeRig.virtual(maxHold);
    rig.trusted = false;
    return rig;
  }

  private static Subscription group() {
    return ConsumeRig.group("g").retry(SCHEDULE);
  }

  private Handler failing(ConsumeRig rig) {
    return (Delivery d) -> {
      attempts.add(
          new Attempt(d.attempt(), Duration.between(ConsumeRig.START, rig.timeline.instant())));
      throw new IllegalStateException("no luck");
    };
  }

  private static Received deadLetter(ConsumeRig rig) {
    Group dlq = Group.direct("dlq.g", rig.timeline.instant());
    ConsumerListener listener =
        new ConsumerListener() {
          @Override
          public void revoked(Collection<Received> gone, Instant drainUntil) {}
        };
    try (var consumer = rig.driver.consumer(new ConsumerSpec(dlq, 10, Start.LATEST), listener)) {
      List<Received> got = consumer.poll(10, Duration.ofSeconds(5));
      assertThat(got).hasSize(1);
      return got.get(0);
    }
  }
}

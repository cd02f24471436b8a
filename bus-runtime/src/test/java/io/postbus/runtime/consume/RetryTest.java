package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Handler;
import io.postbus.NotRetryable;
import io.postbus.RetrySchedule;
import io.postbus.runtime.consume.Observer.Outcome;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.spi.Delayed;
import io.postbus.spi.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetryTest {
  private static final RetrySchedule SCHEDULE =
      RetrySchedule.inPlace(Duration.ZERO, Duration.ofMillis(100))
          .thenDelayed(Duration.ofSeconds(10), Duration.ofMinutes(2));

  private final ConsumeRig rig = ConsumeRig.virtual();

  /** One attempt, and when. */
  record Attempt(int number, Instant at) {}

  private final List<Attempt> attempts = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void aHandlerThatReturnsHasAcknowledged() {
    rig.join(ConsumeRig.group("g"), noting(0));
    rig.publish("A", "B", "C");
    rig.settled();

    assertThat(attempts).hasSize(3);
    assertThat(rig.told.outcomes).containsOnly(Outcome.OK);
    assertThat(rig.broker.backlog("g").unsettled()).hasValue(0);
  }

  @Test
  void followsTheScheduleFromPlaceToStoreToDeadLetter() {
    rig.join(ConsumeRig.group("g").retry(SCHEDULE), noting(99));
    rig.publish("A");
    rig.advance(Duration.ofMinutes(10));

    assertThat(attempts)
        .containsExactly(
            at(1, Duration.ZERO),
            at(2, Duration.ZERO),
            at(3, Duration.ofMillis(100)),
            at(4, Duration.ofMillis(10_100)),
            at(5, Duration.ofMillis(130_100)));
    assertThat(rig.dead()).hasSize(1);
    Delayed dead = rig.dead().get(0);
    assertThat(dead.attempt()).isEqualTo(5);
    Failure failure = java.util.Objects.requireNonNull(dead.failure());
    assertThat(failure.first()).isEqualTo(ConsumeRig.START);
    assertThat(failure.last()).isEqualTo(ConsumeRig.START.plusMillis(130_100));
    assertThat(failure.error()).isEqualTo("java.lang.IllegalStateException");
    assertThat(failure.message()).isEqualTo("no luck");
    assertThat(failure.trace()).contains("RetryTest");
    assertThat(rig.told.dead).containsExactly(failure);
  }

  @Test
  void aRetryThatWorksLeavesNothingBehind() {
    rig.join(ConsumeRig.group("g").retry(SCHEDULE), noting(3));
    rig.publish("A");
    rig.advance(Duration.ofMinutes(10));

    assertThat(attempts).extracting(Attempt::number).containsExactly(1, 2, 3, 4);
    assertThat(rig.dead()).isEmpty();
    assertThat(rig.entries(Delayed.Kind.RETRY)).isEmpty();
    assertThat(rig.told.outcomes)
        .containsExactly(Outcome.RETRIED, Outcome.RETRIED, Outcome.RETRIED, Outcome.OK);
  }

  @Test
  void aFinalExceptionIsDeadAtOnce() {
    class Never extends RuntimeException implements NotRetryable {
      private static final long serialVersionUID = 1L;
    }
    rig.join(
        ConsumeRig.group("g").retry(SCHEDULE),
        d -> {
          throw new IllegalStateException(new Never());
        });
    rig.publish("A");
    rig.settled();

    assertThat(rig.dead()).extracting(Delayed::attempt).containsExactly(1);
  }

  @Test
  void theHandlerMayAskForItsOwnDelayWithinTheSchedule() {
    rig.join(
        ConsumeRig.group("g").retry(RetrySchedule.delayed(Duration.ofHours(1))),
        d -> {
          attempts.add(new Attempt(d.attempt(), rig.timeline.instant()));
          d.retryAfter(Duration.ofSeconds(42));
        });
    rig.publish("A");
    rig.advance(Duration.ofHours(2));

    assertThat(attempts).containsExactly(at(1, Duration.ZERO), at(2, Duration.ofSeconds(42)));
    assertThat(rig.dead()).hasSize(1);
  }

  @Test
  void aShortDelayIsWaitedForInHand() {
    rig.join(
        ConsumeRig.group("g").retry(RetrySchedule.delayed(Duration.ofHours(1))),
        d -> {
          attempts.add(new Attempt(d.attempt(), rig.timeline.instant()));
          if (d.attempt() == 1) {
            d.retryAfter(Duration.ofMillis(300));
          }
        });
    rig.publish("A");
    rig.settled();

    assertThat(rig.entries(Delayed.Kind.RETRY)).isEmpty();
    rig.advance(Duration.ofMillis(300));
    assertThat(attempts).containsExactly(at(1, Duration.ZERO), at(2, Duration.ofMillis(300)));
  }

  @Test
  void othersGoOnWhileOneWaitsForItsRetry() {
    List<String> done = new CopyOnWriteArrayList<>();
    rig.join(
        ConsumeRig.group("g").concurrency(1).retry(RetrySchedule.inPlace(Duration.ofSeconds(1))),
        d -> {
          if (d.message().type().equals("Bad") && d.attempt() == 1) {
            throw new IllegalStateException("no luck");
          }
          done.add(d.message().type());
        });
    rig.publish("Bad", "A", "B");
    rig.settled();

    assertThat(done).containsExactly("A", "B");
    rig.advance(Duration.ofSeconds(1));
    assertThat(done).containsExactly("A", "B", "Bad");
  }

  @Test
  void onlyTheGroupThatFailedSeesTheRetry() {
    List<Attempt> others = new CopyOnWriteArrayList<>();
    rig.join(ConsumeRig.group("g").retry(RetrySchedule.delayed(Duration.ofSeconds(10))), noting(1));
    rig.join(
        ConsumeRig.group("h"), d -> others.add(new Attempt(d.attempt(), rig.timeline.instant())));
    rig.publish("A");
    rig.advance(Duration.ofMinutes(1));

    assertThat(attempts).extracting(Attempt::number).containsExactly(1, 2);
    assertThat(others).containsExactly(at(1, Duration.ZERO));
  }

  @Test
  void aRedrivenMessageBeginsAgainAndItsFailureKnowsOfTheRedrive() {
    rig.join(ConsumeRig.group("g"), noting(99));
    rig.sendTo("g", PostbusHeaders.redriven(rig.message("A"), 2));
    rig.settled();

    assertThat(attempts).extracting(Attempt::number).containsExactly(1);
    assertThat(rig.told.dead).extracting(Failure::redrives).containsExactly(2);
  }

  @Test
  void aStoreThatIsAwayHoldsWhatFailsAndNothingElse() {
    rig.storeDown = true;
    Member member =
        rig.join(
            ConsumeRig.group("g").concurrency(2),
            d -> {
              if (d.message().type().equals("Bad")) {
                throw new IllegalStateException("no luck");
              }
            });
    rig.publish("Bad", "Bad", "Bad", "Bad");
    rig.settled();
    for (int i = 0; i < 100; i++) {
      rig.publish("Good");
    }
    rig.advance(Duration.ofMinutes(1));

    assertThat(rig.told.outcomes).filteredOn(Outcome.OK::equals).hasSize(100);
    assertThat(member.health().inFlight()).isEqualTo(4);
    assertThat(member.health().detail()).contains("The store is away");
    assertThat(rig.dead()).isEmpty();

    rig.storeDown = false;
    rig.advance(Duration.ofSeconds(5));
    assertThat(rig.dead()).hasSize(4);
    assertThat(member.health().inFlight()).isZero();
    assertThat(member.health().detail()).isEmpty();
  }

  private Handler noting(int failures) {
    return d -> {
      attempts.add(new Attempt(d.attempt(), rig.timeline.instant()));
      if (d.attempt() <= failures) {
        throw new IllegalStateException("no luck");
      }
    };
  }

  private static Attempt at(int number, Duration after) {
    return new Attempt(number, ConsumeRig.START.plus(after));
  }
}

package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Delivery;
import io.postbus.RetrySchedule;
import io.postbus.message.Message;
import io.postbus.runtime.consume.Observer.Outcome;
import io.postbus.spi.Delayed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a handler can do with one delivery. */
class DeliveryTest {
  private final ConsumeRig rig = ConsumeRig.virtual();
  private final List<Delivery> seen = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void theFirstSettlingStands() {
    List<Boolean> answers = new CopyOnWriteArrayList<>();
    rig.join(
        ConsumeRig.group("g"),
        d -> {
          answers.add(d.deadLetter("not for us"));
          answers.add(d.ack());
          answers.add(d.retry(new IllegalStateException()));
          answers.add(d.release());
          answers.add(d.settled());
          throw new IllegalStateException("too late");
        });
    rig.publish("A");
    rig.settled();

    assertThat(answers).containsExactly(true, false, false, false, true);
    assertThat(rig.dead()).hasSize(1);
    assertThat(rig.told.dead)
        .extracting(f -> f.error() + ": " + f.message())
        .containsExactly("dead-lettered: not for us");
  }

  @Test
  void anAcknowledgementIsOutBeforeTheHandlerReturns() {
    List<Long> unsettled = new CopyOnWriteArrayList<>();
    rig.join(
        ConsumeRig.group("g"),
        d -> {
          d.ack();
          unsettled.add(rig.broker.backlog("g").unsettled().orElseThrow());
        });
    rig.publish("A");
    rig.settled();

    assertThat(unsettled).containsExactly(0L);
  }

  @Test
  void manualDeliveriesStayOpenUntilSomebodySettlesThem() {
    Member member = rig.join(ConsumeRig.group("g").manual(), seen::add);
    rig.publish("A", "B");
    rig.settled();

    assertThat(seen).hasSize(2).noneMatch(Delivery::settled);
    assertThat(member.health().inFlight()).isEqualTo(2);
    assertThat(seen.get(0).ack()).isTrue();
    assertThat(seen.get(1).deadLetter("no")).isTrue();
    rig.settled();
    assertThat(member.health().inFlight()).isZero();
    assertThat(rig.broker.backlog("g").unsettled()).hasValue(0);
    assertThat(rig.dead()).hasSize(1);
  }

  @Test
  void aManualDeliveryThatIsLeftOpenFailsAtItsDeadline() {
    rig.join(
        ConsumeRig.group("g")
            .manual()
            .timeout(Duration.ofSeconds(30))
            .retry(RetrySchedule.inPlace(Duration.ZERO)),
        seen::add);
    rig.publish("A");
    rig.settled();
    assertThat(seen.get(0).deadline()).isEqualTo(ConsumeRig.START.plusSeconds(30));
    rig.advance(Duration.ofSeconds(30));

    assertThat(seen).extracting(Delivery::attempt).containsExactly(1, 2);
    assertThat(seen.get(0).settled()).isTrue();
    assertThat(seen.get(0).ack()).isFalse();
    assertThat(seen.get(1).ack()).isTrue();
    assertThat(rig.told.outcomes).containsExactly(Outcome.TIMED_OUT, Outcome.OK);
  }

  @Test
  void whatIsReleasedComesAgainUncounted() {
    rig.join(
        ConsumeRig.group("g"),
        d -> {
          seen.add(d);
          if (seen.size() == 1) {
            d.release();
          }
        });
    rig.publish("A");
    rig.settled();

    assertThat(seen).extracting(Delivery::attempt).containsExactly(1, 1);
    assertThat(seen).extracting(Delivery::redelivered).containsExactly(false, true);
  }

  @Test
  void aReleaseKeepsTheAttemptsThatWereCounted() {
    rig.join(
        ConsumeRig.group("g").retry(RetrySchedule.inPlace(Duration.ZERO, Duration.ZERO)),
        d -> {
          seen.add(d);
          if (seen.size() == 1) {
            throw new IllegalStateException("no luck");
          }
          if (seen.size() == 2) {
            d.release();
          }
        });
    rig.publish("A");
    rig.settled();

    assertThat(seen).extracting(Delivery::attempt).containsExactly(1, 2, 2);
  }

  @Test
  void whoeverReleasesAgainAndAgainWaitsLonger() {
    rig.join(
        ConsumeRig.group("g"),
        d -> {
          seen.add(d);
          d.release();
        });
    rig.publish("A");
    rig.settled();
    assertThat(seen).hasSizeLessThan(5);
    rig.advance(Duration.ofMinutes(1));

    assertThat(seen).hasSizeBetween(10, 25);
  }

  @Test
  void headersOfPostbusAreNotShown() {
    rig.join(
        ConsumeRig.group("g").retry(RetrySchedule.delayed(Duration.ofSeconds(1))),
        d -> {
          seen.add(d);
          if (d.attempt() == 1) {
            throw new IllegalStateException("no luck");
          }
        });
    Message sent = rig.publish(rig.message("A").header("tenant", "a"));
    rig.advance(Duration.ofSeconds(2));

    assertThat(seen).extracting(Delivery::message).containsExactly(sent, sent);
  }

  @Test
  void whatHasExpiredIsNotHandled() {
    rig.join(
        ConsumeRig.group("g").retry(RetrySchedule.inPlace(Duration.ofSeconds(20))),
        d -> {
          seen.add(d);
          throw new IllegalStateException("no luck");
        });
    rig.publish(rig.message("Old").expiry(rig.timeline.instant()));
    rig.publish(rig.message("Young").expiry(rig.timeline.instant().plusSeconds(10)));
    rig.advance(Duration.ofMinutes(1));

    assertThat(seen).extracting(d -> d.message().type()).containsExactly("Young");
    assertThat(rig.told.expired).containsExactly("Old", "Young");
    assertThat(rig.dead()).isEmpty();
    assertThat(rig.broker.backlog("g").unsettled()).hasValue(0);
  }

  @Test
  void aBodyThatCannotBeReadIsDeadAtOnce() {
    rig.join(
        ConsumeRig.group("g").retry(RetrySchedule.DEFAULT), d -> d.body(java.net.Socket.class));
    rig.publish("A");
    rig.settled();

    assertThat(rig.dead()).extracting(Delayed::attempt).containsExactly(1);
    assertThat(rig.told.dead.get(0).error()).isEqualTo("io.postbus.DecodeException");
  }

  @Test
  void textAndBodyAreThePayload() {
    List<String> read = new CopyOnWriteArrayList<>();
    rig.join(
        ConsumeRig.group("g"),
        d -> {
          read.add(d.text());
          read.add(d.body(String.class));
        });
    rig.publish(
        rig.message("A").toBuilder()
            .body("größer".getBytes(java.nio.charset.StandardCharsets.UTF_8))
            .build());
    rig.settled();

    assertThat(read).containsExactly("größer", "größer");
  }

  @Test
  void aNegativeDelayIsRefused() {
    rig.join(ConsumeRig.group("g").manual(), seen::add);
    rig.publish("A");
    rig.settled();

    assertThatThrownBy(() -> seen.get(0).retryAfter(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(seen.get(0).ack()).isTrue();
  }
}

package io.postbus.test;

import static io.postbus.test.Handled.Outcome.ACKNOWLEDGED;
import static io.postbus.test.Handled.Outcome.RETRIED;
import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Filter;
import io.postbus.Health.ConsumerHealth;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.Subscription;
import io.postbus.message.Message;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What handlers work with is away. */
class OutageTest {
  private static final Duration OUTAGE = Duration.ofMinutes(10);

  @Test
  void tenMinutesPutNothingIntoTheDeadLettersAndEndByThemselves() {
    try (TestBus bus = TestBus.create()) {
      Instant back = bus.now().plus(OUTAGE);
      bus.subscribe(
          Subscription.group("mail").topics("orders"),
          d -> {
            if (bus.now().isBefore(back)) {
              throw new IllegalStateException("mail server away");
            }
          });
      for (int minute = 0; minute < 9; minute++) {
        for (int i = 0; i < 30; i++) {
          bus.publish(Message.of("orders", "Placed", "o-" + i));
        }
        bus.advance(Duration.ofMinutes(1));
      }
      ConsumerHealth paused = bus.health().consumers().get(0);
      assertThat(paused.state()).isEqualTo(State.STALLED);
      assertThat(paused.detail()).startsWith("paused by circuit: ").endsWith("mail server away");
      assertThat(bus.handled("mail")).extracting(Handled::outcome).containsOnly(RETRIED);
      // Each of the first twenty once and some in place, then one every five seconds.
      assertThat(bus.handled("mail")).hasSizeBetween(100, 250);
      bus.advance(Duration.ofMinutes(1).plusSeconds(10));
      bus.advance(Duration.ofMinutes(1));

      assertThat(bus.deadLetters("mail").count(Filter.all())).isZero();
      assertThat(bus.handled("mail").stream().filter(h -> h.outcome() == ACKNOWLEDGED).count())
          .isEqualTo(270);
      assertThat(bus.health().consumers().get(0).state()).isEqualTo(State.RUNNING);
    }
  }
}

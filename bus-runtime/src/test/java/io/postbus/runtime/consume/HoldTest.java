package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Delivery;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Delayed;
import io.postbus.spi.Rate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The broker takes back what is held too long; half of that is the limit here. */
class HoldTest {
  private final List<Delivery> seen = new CopyOnWriteArrayList<>();

  @Test
  void whatWaitsTooLongInHandGoesToAnotherMember() throws Exception {
    try (ConsumeRig rig = ConsumeRig.real(Duration.ofSeconds(8))) {
      Subscription group = ConsumeRig.group("g").timeout(Duration.ofSeconds(4));
      Rate seldom = new Rate(1, Duration.ofHours(1));
      rig.join(group.rateLimit(seldom), seen::add);
      rig.publish("A", "B");
      rig.eventually(
          "one is handled and one waits in hand",
          () -> seen.size() == 1 && rig.broker.backlog("g").unsettled().orElse(0) == 1);
      List<Delivery> elsewhere = new CopyOnWriteArrayList<>();
      rig.join(group, elsewhere::add);
      rig.eventually("another member gets it", () -> elsewhere.size() == 1);

      assertThat(elsewhere.get(0).attempt()).isEqualTo(1);
      assertThat(seen).hasSize(1);
      assertThat(rig.told.stale).isEmpty();
    }
  }

  @Test
  void aRetryThatNoLongerFitsInHandGoesThroughTheStore() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual(Duration.ofMinutes(2))) {
      rig.join(
          ConsumeRig.group("g")
              .timeout(Duration.ofSeconds(45))
              .retry(RetrySchedule.inPlace(Duration.ofSeconds(10), Duration.ofSeconds(10))),
          d -> {
            seen.add(d);
            throw new IllegalStateException("no luck");
          });
      rig.publish("A");
      rig.settled();
      assertThat(rig.entries(Delayed.Kind.RETRY)).isEmpty();
      rig.advance(Duration.ofSeconds(10));
      assertThat(seen).hasSize(2);
      assertThat(rig.entries(Delayed.Kind.RETRY)).hasSize(1);
      rig.advance(Duration.ofSeconds(11));

      assertThat(seen).extracting(Delivery::attempt).containsExactly(1, 2, 3);
      assertThat(rig.dead()).hasSize(1);
    }
  }

  @Test
  void aTimeoutThatTheBrokerWouldNotWaitForIsRefused() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual(Duration.ofMinutes(2))) {
      assertThatThrownBy(
              () -> rig.join(ConsumeRig.group("g").timeout(Duration.ofMinutes(2)), d -> {}))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("timeout is PT2M")
          .hasMessageContaining("PT1M");
    }
  }
}

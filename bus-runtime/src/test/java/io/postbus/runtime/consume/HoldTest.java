package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Delivery;
import io.postbus.RetrySchedule;
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
  void whatWaitsTooLongInHandGoesBackBeforeTheBrokerTakesIt() throws Exception {
    try (ConsumeRig rig = ConsumeRig.real(Duration.ofSeconds(12))) {
      List<Long> arrivals = new CopyOnWriteArrayList<>();
      rig.mapping =
          m -> {
            arrivals.add(System.nanoTime());
            return m;
          };
      rig.join(
          ConsumeRig.group("g")
              .timeout(Duration.ofSeconds(6))
              .rateLimit(new Rate(1, Duration.ofHours(1))),
          seen::add);
      rig.publish("A");
      rig.eventually("the first is handled", () -> seen.size() == 1);
      rig.publish("B");
      rig.eventually("the second comes again", () -> arrivals.size() >= 3);

      // A quarter of the broker's limit, which is far from the whole of it.
      assertThat(arrivals.get(2) - arrivals.get(1))
          .isBetween(Duration.ofSeconds(3).toNanos(), Duration.ofSeconds(9).toNanos());
      assertThat(seen).hasSize(1);
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

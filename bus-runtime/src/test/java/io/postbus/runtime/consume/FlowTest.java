package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.Order;
import io.postbus.spi.Rate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How much is taken, and how fast. */
class FlowTest {
  private final List<Duration> times = new CopyOnWriteArrayList<>();

  @Test
  void noMoreBeginThanTheRateAllows() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      rig.join(ConsumeRig.group("g").rateLimit(Rate.perSecond(10)), d -> note(rig));
      for (int i = 0; i < 40; i++) {
        rig.publish("A");
      }
      rig.advance(Duration.ofSeconds(1));
      assertThat(times).hasSize(11);
      rig.advance(Duration.ofSeconds(1));
      assertThat(times).hasSize(21);
      rig.advance(Duration.ofSeconds(10));
      assertThat(times).hasSize(40);
    }
  }

  @Test
  void theRateCountsWhatIsInABatch() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      AtomicInteger handled = new AtomicInteger();
      rig.joinBatch(
          ConsumeRig.group("g").rateLimit(Rate.perSecond(10)).batch(5, Duration.ofMillis(1)),
          batch -> handled.addAndGet(batch.size()));
      for (int i = 0; i < 40; i++) {
        rig.publish("A");
      }
      rig.advance(Duration.ofSeconds(1));
      assertThat(handled).hasValueBetween(10, 15);
      rig.advance(Duration.ofSeconds(1));
      assertThat(handled).hasValueBetween(20, 25);
    }
  }

  @Test
  void fetchesKeepTheirDistance() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      // Joins later: what is there is there at once.
      rig.join(ConsumeRig.group("g"), d -> {}).close();
      for (int i = 0; i < 25; i++) {
        rig.publish("A");
      }
      rig.join(ConsumeRig.group("g").fetch(10, Duration.ofSeconds(5)), d -> note(rig));
      rig.eventually("the first fetch is handled", () -> times.size() == 10);
      rig.advance(Duration.ofSeconds(4));
      assertThat(times).hasSize(10);
      rig.advance(Duration.ofSeconds(1));
      rig.eventually("the second fetch is handled", () -> times.size() == 20);
      rig.advance(Duration.ofSeconds(5));
      rig.eventually("the third fetch is handled", () -> times.size() == 25);
    }
  }

  @Test
  void slowHandlersHoldNoMoreThanTheyWorkOn() throws Exception {
    try (ConsumeRig rig = ConsumeRig.real()) {
      CountDownLatch release = new CountDownLatch(1);
      rig.join(ConsumeRig.group("g").concurrency(4), d -> release.await());
      Member other = rig.join(ConsumeRig.group("h").concurrency(4), d -> {});
      for (int i = 0; i < 200; i++) {
        rig.publish("A");
      }
      rig.eventually("others take all", () -> rig.told.outcomes.size() == 200);
      assertThat(other.health().inFlight()).isZero();
      assertThat(unsettled(rig)).isEqualTo(4);
      release.countDown();
      rig.eventually("all are handled", () -> rig.told.outcomes.size() == 400);
    }
  }

  @Test
  void quickHandlersAreGivenManyAhead() throws Exception {
    try (ConsumeRig rig = ConsumeRig.real()) {
      int most = 0;
      Member member = rig.join(ConsumeRig.group("g").concurrency(2), d -> {});
      for (int i = 0; i < 300_000 && most < 100; i++) {
        rig.producer.send(io.postbus.message.Destination.topic(ConsumeRig.TOPIC), rig.message("A"));
        most = Math.max(most, member.health().inFlight());
      }
      assertThat(most).isGreaterThanOrEqualTo(100);
    }
  }

  @Test
  void largeMessagesAreTakenFewAtATime() throws Exception {
    try (ConsumeRig rig = ConsumeRig.real()) {
      CountDownLatch release = new CountDownLatch(1);
      rig.join(ConsumeRig.group("g").order(Order.KEY).concurrency(2), d -> release.await());
      for (int i = 0; i < 60; i++) {
        rig.publish(rig.message("A").toBuilder().body(new byte[1 << 20]).build());
      }
      rig.eventually("they are busy", () -> unsettled(rig) >= 2);
      rig.publish("end");
      assertThat(unsettled(rig)).isLessThan(40);
      release.countDown();
      rig.eventually("all are handled", () -> rig.told.outcomes.size() == 61);
    }
  }

  private static long unsettled(ConsumeRig rig) {
    return rig.broker.backlog("g").unsettled().orElse(0);
  }

  private void note(ConsumeRig rig) {
    times.add(Duration.between(ConsumeRig.START, rig.timeline.instant()));
  }
}

package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Delivery;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.Subscription.Circuit;
import io.postbus.runtime.consume.Observer.Outcome;
import io.postbus.spi.Delayed;
import io.postbus.spi.Order;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the handlers need is away for a while. */
class CircuitTest {
  private static final Duration OUTAGE = Duration.ofMinutes(10);
  private static final Instant BACK = ConsumeRig.START.plus(OUTAGE);

  private static final RetrySchedule SCHEDULE =
      RetrySchedule.inPlace(Duration.ZERO, Duration.ofMillis(100))
          .thenDelayed(Duration.ofSeconds(10), Duration.ofSeconds(30));

  private final AtomicInteger calls = new AtomicInteger();
  private final Set<String> done = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> attempts = new ConcurrentHashMap<>();
  private final List<String> order = new CopyOnWriteArrayList<>();

  @ParameterizedTest
  @EnumSource(
      value = Order.class,
      names = {"NONE", "KEY"})
  void anOutageOfTenMinutesMakesNoDeadLetters(Order order) throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      Member member = rig.join(group().order(order), d -> need(rig, d));
      for (int i = 0; i < 300; i++) {
        rig.publish(rig.message("n" + i).key("k" + i % 30));
      }
      rig.advance(Duration.ofSeconds(1));
      assertThat(member.health().state()).isEqualTo(State.STALLED);
      assertThat(member.health().detail()).isEqualTo("paused by circuit: " + gone());
      int before = calls.get();
      rig.advance(OUTAGE.minusSeconds(2));
      assertThat(calls.get() - before).isBetween(60, 120);
      assertThat(done).isEmpty();
      rig.advance(Duration.ofSeconds(12));
      rig.advance(Duration.ofMinutes(2));

      assertThat(done).hasSize(300);
      assertThat(rig.dead()).isEmpty();
      assertThat(rig.told.dead).isEmpty();
      assertThat(rig.told.pauses).containsExactly("paused: " + gone().getMessage(), "resumed");
      assertThat(member.health().state()).isEqualTo(State.RUNNING);
      assertThat(attempts.values()).allMatch(n -> n < SCHEDULE.attempts());
    }
  }

  /** Few keys, and few messages: attempts would be used up before twenty of them have failed. */
  @Test
  void anOutageMakesNoDeadLettersWhereLittleComes() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      RetrySchedule brief =
          RetrySchedule.inPlace(Duration.ZERO).thenDelayed(Duration.ofSeconds(30));
      rig.join(group().order(Order.KEY).retry(brief), d -> need(rig, d));
      for (int i = 0; i < 8; i++) {
        rig.publish(rig.message("n" + i).key("k" + i));
        rig.advance(Duration.ofSeconds(7));
      }
      rig.advance(OUTAGE);

      assertThat(rig.dead()).isEmpty();
      assertThat(done).hasSize(8);
      assertThat(rig.told.pauses).containsExactly("paused: " + gone().getMessage(), "resumed");
    }
  }

  @Test
  void orderIsKeptOverAnOutage() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      rig.join(
          group().order(Order.KEY).circuit(new Circuit(6, Duration.ofSeconds(5))),
          d -> {
            need(rig, d);
            order.add(d.message().type());
          });
      rig.keyed("a", 0, 40);
      rig.keyed("b", 100, 140);
      rig.advance(OUTAGE.plusMinutes(1));

      assertThat(order).hasSize(80);
      assertThat(order.stream().filter(n -> n.length() < 4 && !n.equals("n100")).toList())
          .isSortedAccordingTo(java.util.Comparator.comparingInt(CircuitTest::number));
      assertThat(order.stream().filter(n -> n.length() == 4).toList()).isSorted();
      assertThat(rig.dead()).isEmpty();
    }
  }

  @Test
  void aGroupWithASingleOrderGoesOnWhereItWas() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      rig.join(
          group().order(Order.SINGLE).circuit(new Circuit(7, Duration.ofSeconds(5))),
          d -> need(rig, d));
      rig.keyed("a", 0, 50);
      rig.advance(OUTAGE.plusMinutes(1));

      // Five attempts of the first one alone, who could be at fault, before the second fails.
      assertThat(rig.dead()).hasSize(1);
      assertThat(done).hasSize(49);
    }
  }

  @Test
  void batchesAreKeptToo() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      rig.joinBatch(
          group().batch(50, Duration.ofMillis(10)),
          batch -> {
            for (Delivery d : batch) {
              need(rig, d);
            }
          });
      for (int i = 0; i < 300; i++) {
        rig.publish("n" + i);
      }
      rig.advance(OUTAGE.plusMinutes(2));

      assertThat(done).hasSize(300);
      assertThat(rig.dead()).isEmpty();
      assertThat(rig.told.pauses).hasSize(2);
    }
  }

  @Test
  void failuresAreHeldWhereTheStoreIsNotTrusted() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual(Duration.ofMinutes(30))) {
      rig.trusted = false;
      rig.join(group().timeout(Duration.ofMinutes(1)), d -> need(rig, d));
      for (int i = 0; i < 100; i++) {
        rig.publish("n" + i);
      }
      rig.advance(OUTAGE.plusMinutes(2));

      assertThat(done).hasSize(100);
      assertThat(rig.told.dead).isEmpty();
      assertThat(rig.broker.groups()).containsExactly("g");
    }
  }

  /** An hour is longer than the circuit waits: it gives up one at a time, and not the backlog. */
  @Test
  void aVeryLongOutageCostsAFewHeads() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      rig.join(group().order(Order.KEY), CircuitTest::fail);
      for (int i = 0; i < 300; i++) {
        rig.publish(rig.message("n" + i).key("k" + i % 30));
      }
      rig.advance(Duration.ofHours(1));
      assertThat(rig.dead()).hasSizeBetween(1, 4);
    }
  }

  @Test
  void itCanBeTurnedOff() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      rig.join(group().circuit(Circuit.OFF), CircuitTest::fail);
      for (int i = 0; i < 100; i++) {
        rig.publish("bad");
      }
      rig.advance(Duration.ofMinutes(2));

      assertThat(rig.dead()).hasSize(100);
      assertThat(rig.told.outcomes).doesNotContain(Outcome.HELD);
    }
  }

  @Test
  void aConsumerThatEndsWhileItIsOpenGivesAllBack() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      Member member = rig.join(group(), d -> need(rig, d));
      for (int i = 0; i < 100; i++) {
        rig.publish("n" + i);
      }
      rig.advance(Duration.ofMinutes(1));
      member.close();
      long waiting = rig.entries(Delayed.Kind.RETRY).size();
      var backlog = rig.broker.backlog("g");
      assertThat(backlog.unsettled()).hasValue(0);
      assertThat(backlog.ready() + waiting).isEqualTo(100);
    }
  }

  private static Subscription group() {
    return ConsumeRig.group("g").retry(SCHEDULE);
  }

  private void need(ConsumeRig rig, Delivery d) {
    calls.incrementAndGet();
    if (rig.timeline.instant().isBefore(BACK)) {
      throw gone();
    }
    attempts.put(d.message().id(), d.attempt());
    done.add(d.message().id());
  }

  private static void fail(Delivery d) {
    throw gone();
  }

  private static IllegalStateException gone() {
    return new IllegalStateException("no connection to the database");
  }

  private static int number(String type) {
    return Integer.parseInt(type.substring(1));
  }
}

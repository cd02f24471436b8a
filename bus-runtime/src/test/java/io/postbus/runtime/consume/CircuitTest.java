package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Delivery;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.NotRetryable;
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
import org.junit.jupiter.params.provider.ValueSource;

/** What the handlers need is away for a while, or their messages are bad. */
class CircuitTest {
  private static final Duration OUTAGE = Duration.ofMinutes(10);
  private static final Instant BACK = ConsumeRig.START.plus(OUTAGE);

  /** So long an outage puts nothing into the dead letters, with an order either. */
  private static final Duration LONGEST = Duration.ofMinutes(15);

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

  /** Four of them may well be just that. */
  @Test
  void aFewBadHeadsOfAllKeysDieOnTheirSchedule() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      rig.join(group().order(Order.KEY), this::refuseBad);
      for (int key = 0; key < 4; key++) {
        rig.publish(rig.message("bad").key("k" + key));
        rig.publish(rig.message("good").key("k" + key));
      }
      rig.advance(Duration.ofMinutes(1));

      assertThat(rig.dead()).hasSize(4);
      assertThat(done).hasSize(4);
    }
  }

  /** What is behind one of them is tried when a schedule would be over. */
  @ParameterizedTest
  @ValueSource(ints = {5, 30})
  void badHeadsOfAllKeysHoldTheGroupUpForAsLongAsTheirSchedule(int keys) throws Exception {
    RetrySchedule brief =
        RetrySchedule.inPlace(Duration.ZERO)
            .thenDelayed(Duration.ofMillis(200), Duration.ofSeconds(1));
    Circuit circuit = new Circuit(20, Duration.ofSeconds(1));
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      rig.join(group().order(Order.KEY).retry(brief).circuit(circuit), this::refuseBad);
      for (int key = 0; key < keys; key++) {
        rig.publish(rig.message("bad").key("k" + key));
        rig.publish(rig.message("good").key("k" + key));
      }
      // Those that have not been tried are, first.
      rig.advance(Duration.ofSeconds(keys == 5 ? 8 : 25));

      assertThat(rig.dead()).hasSize(keys).allMatch(d -> d.attempt() == 4);
      assertThat(done).hasSize(keys);
      assertThat(rig.told.pauses).hasSizeLessThanOrEqualTo(2);
    }
  }

  /** Nothing is known then, and no attempt is lost. */
  @Test
  void whatIsBehindABadOneMayBeBadAsWell() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      rig.join(group().order(Order.KEY), this::refuseBad);
      for (int i = 0; i < 60; i++) {
        rig.publish(rig.message(i < 20 ? "bad" : "good").key("k" + i % 10));
      }
      rig.advance(LONGEST.minusMinutes(1));
      assertThat(rig.dead()).isEmpty();
      rig.advance(LONGEST.plusMinutes(5));

      assertThat(rig.dead()).hasSize(20).allMatch(d -> d.attempt() == SCHEDULE.attempts());
      assertThat(done).hasSize(40);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 30})
  void badOnesThatHideNothingAreHeldForAsLongAsItsPatience(int keys) throws Exception {
    Duration patience = Duration.ofSeconds(12);
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      rig.join(
          group().order(Order.KEY).circuit(new Circuit(20, Duration.ofSeconds(1), patience)),
          this::refuseBad);
      for (int key = 0; key < keys; key++) {
        rig.publish(rig.message("bad").key("k" + key));
      }
      rig.advance(Duration.ofSeconds(10));
      assertThat(rig.dead()).isEmpty();
      // The last attempt of five comes half a minute after the one before; with thirty it opens at
      // once.
      rig.advance(Duration.ofSeconds(keys == 5 ? 36 : 19));

      assertThat(rig.dead()).hasSize(1);
      rig.publish(rig.message("good").key("another"));
      rig.advance(Duration.ofMinutes(1));
      assertThat(rig.dead()).hasSize(keys);
      assertThat(done).hasSize(1);
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

  @Test
  void badMessagesAmongGoodOnesDieAsTheyShould() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      rig.join(
          group(),
          d -> {
            if (d.message().type().equals("bad")) {
              throw new IllegalStateException("bad");
            }
          });
      for (int i = 0; i < 200; i++) {
        rig.publish(i % 4 == 0 ? "bad" : "good");
      }
      // What is bad comes again together, with nothing good in between.
      rig.advance(Duration.ofMinutes(1));

      assertThat(rig.dead()).hasSize(50);
      assertThat(rig.told.pauses).isEmpty();
    }
  }

  @Test
  void aFewThatFailAgainAndAgainDoNotOpenIt() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      rig.join(group(), CircuitTest::fail);
      for (int i = 0; i < 19; i++) {
        rig.publish("bad");
      }
      rig.advance(Duration.ofMinutes(2));

      assertThat(rig.dead()).hasSize(19);
      assertThat(rig.told.pauses).isEmpty();
    }
  }

  /** Each key begins with a bad one, behind which good ones wait. */
  @ParameterizedTest
  @ValueSource(ints = {2, 30, 120})
  void badHeadsOfAllKeysDieAndThoseBehindThemAreHandled(int keys) throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      rig.join(group().order(Order.KEY), this::refuseBad);
      for (int key = 0; key < keys; key++) {
        rig.publish(rig.message("bad").key("k" + key));
      }
      for (int i = 0; i < keys * 4; i++) {
        rig.publish(rig.message("n" + i).key("k" + i % keys));
      }
      rig.advance(LONGEST.plusMinutes(3));

      assertThat(rig.dead()).hasSize(keys).allMatch(d -> d.message().type().equals("bad"));
      assertThat(rig.dead()).allMatch(d -> d.attempt() == SCHEDULE.attempts());
      assertThat(done).hasSize(keys * 4);
      assertThat(rig.told.pauses.size()).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void aBadHeadOfTheOnlyLaneDies() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      rig.join(
          group().order(Order.SINGLE).circuit(new Circuit(7, Duration.ofSeconds(5))),
          this::refuseBad);
      for (int i = 0; i < 6; i++) {
        rig.publish(rig.message(i < 3 ? "bad" : "good").key("a"));
      }
      rig.advance(LONGEST.minusMinutes(1));
      assertThat(rig.dead()).hasSize(1);
      rig.advance(Duration.ofMinutes(2));
      assertThat(rig.dead()).hasSize(2);
      rig.advance(LONGEST.plusMinutes(1));
      assertThat(rig.dead()).hasSize(3);
      assertThat(done).hasSize(3);
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
  void whatIsFinalSaysNothingOfWhatHandlersNeed() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      rig.join(
          group(),
          d -> {
            if (d.message().type().equals("final")) {
              throw new Final();
            }
            d.deadLetter("not wanted");
          });
      for (int i = 0; i < 60; i++) {
        rig.publish(i % 2 == 0 ? "final" : "unwanted");
      }
      rig.settled();

      assertThat(rig.dead()).hasSize(60);
      assertThat(rig.told.pauses).isEmpty();
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

  private void refuseBad(Delivery d) {
    if (d.message().type().equals("bad")) {
      throw gone();
    }
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

  private static final class Final extends RuntimeException implements NotRetryable {
    private static final long serialVersionUID = 1L;
  }
}

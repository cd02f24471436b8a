package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Delivery;
import io.postbus.NotRetryable;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.Subscription.Circuit;
import io.postbus.spi.Order;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are bad themselves, which the circuit is not to take for an outage for long. */
class CircuitBadMessagesTest {
  /** So long an outage puts nothing into the dead letters, with an order either. */
  private static final Duration LONGEST = Duration.ofMinutes(15);

  private static final RetrySchedule SCHEDULE =
      RetrySchedule.inPlace(Duration.ZERO, Duration.ofMillis(100))
          .thenDelayed(Duration.ofSeconds(10), Duration.ofSeconds(30));

  private final Set<String> done = ConcurrentHashMap.newKeySet();

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
      rig.join(group(), CircuitBadMessagesTest::fail);
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

  private static Subscription group() {
    return ConsumeRig.group("g").retry(SCHEDULE);
  }

  private void refuseBad(Delivery d) {
    if (d.message().type().equals("bad")) {
      throw new IllegalStateException("bad");
    }
    done.add(d.message().id());
  }

  private static void fail(Delivery d) {
    throw new IllegalStateException("bad");
  }

  private static final class Final extends RuntimeException implements NotRetryable {
    private static final long serialVersionUID = 1L;
  }
}

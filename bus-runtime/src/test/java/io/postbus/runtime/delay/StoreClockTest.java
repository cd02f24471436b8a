package io.postbus.runtime.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.runtime.time.RealTimeline;
import io.postbus.runtime.time.VirtualTimeline;
import io.postbus.spi.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreClockTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final VirtualTimeline time = new VirtualTimeline(START);
  private final NodeTime own = new NodeTime(time, Runnable::run);
  private volatile Duration underWay = Duration.ZERO;
  private volatile Duration ahead = Duration.ofHours(3);

  /** Half of the round trip passes before the store looks at its clock, half after. */
  private final Store store =
      DelayWorld.openStore(
          () -> {
            own.skip(underWay);
            Instant answer = START.plusNanos(own.nanos()).plus(ahead);
            own.skip(underWay);
            return answer;
          },
          16);

  private final StoreClock clock = new StoreClock(store, own);

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void enclosesTheStoresTimeWhateverTheRoundTripTakes() {
    underWay = Duration.ofMillis(40);
    for (int i = 0; i < 100; i++) {
      clock.ask();
      time.advance(Duration.ofMillis(137));
      assertThat(clock.reached()).isBeforeOrEqualTo(truth());
      assertThat(clock.notPassed()).isAfterOrEqualTo(truth());
    }
  }

  @Test
  void prefersTheTighterAnswer() {
    underWay = Duration.ofMillis(1);
    clock.ask();
    underWay = Duration.ofMillis(500);
    clock.ask();
    assertThat(Duration.between(clock.reached(), clock.notPassed()))
        .isEqualTo(Duration.ofMillis(2));
  }

  @Test
  void followsAStoreWhoseClockWasSet() {
    clock.ask();
    ahead = Duration.ofHours(-1);
    underWay = Duration.ofMillis(5);
    clock.ask();
    assertThat(clock.reached()).isBeforeOrEqualTo(truth());
    assertThat(clock.notPassed()).isAfterOrEqualTo(truth());
  }

  @Test
  void asksByItselfTheFirstTime() {
    assertThat(clock.reached()).isEqualTo(truth());
  }

  @Test
  void makesDueTimesThatAreNeverEarly() {
    underWay = Duration.ofNanos(300_000);
    Instant due = clock.due(Duration.ofMillis(10));
    assertThat(due).isAfterOrEqualTo(truth().plusMillis(10));
    assertThat(due).isBefore(truth().plusMillis(12));
    assertThat(due).isEqualTo(Instant.ofEpochMilli(due.toEpochMilli()));
    assertThat(StoreClock.wholeMillis(START)).isEqualTo(START);
    assertThat(StoreClock.wholeMillis(START.plusNanos(1))).isEqualTo(START.plusMillis(1));
  }

  @Test
  void isAlsoRightInRealTime() {
    try (RealTimeline real = new RealTimeline("store-clock-under-test");
        Store wall = DelayWorld.openStore(InstantSource.system(), 16)) {
      StoreClock realClock = new StoreClock(wall, real);
      realClock.ask();
      for (int i = 0; i < 1000; i++) {
        Instant before = Instant.now();
        Instant reached = realClock.reached();
        Instant notPassed = realClock.notPassed();
        Instant after = Instant.now();
        assertThat(reached).isBeforeOrEqualTo(after.plusMillis(1));
        assertThat(notPassed).isAfterOrEqualTo(before.minusMillis(1));
      }
    }
  }

  private Instant truth() {
    return START.plusNanos(own.nanos()).plus(ahead);
  }
}

package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** How many are taken ahead of the handlers. */
@NullUnmarked // what its jobs are made of
class InFlightLimitTest {
  private static final int HANDLERS = 8;
  private static final int MOST = 1_000;

  private final InFlight inFlight = new InFlight(MOST, () -> {});

  @Test
  void quickHandlersShowTheirRateAtOnce() throws Exception {
    InFlightLimit limit = begun();
    limit.took(4 * HANDLERS, 1);
    limit.adapt(Duration.ofMillis(1).toNanos(), inFlight);
    assertThat(limit.full(inFlight)).isEqualTo(HANDLERS);
    limit.adapt(Duration.ofMillis(6).toNanos(), inFlight);
    assertThat(limit.full(inFlight)).isEqualTo(MOST);
  }

  @Test
  void aFewThatWereQuickShowNothingYet() throws Exception {
    InFlightLimit limit = begun();
    limit.took(HANDLERS, 1);
    limit.adapt(Duration.ofMillis(99).toNanos(), inFlight);
    assertThat(limit.full(inFlight)).isEqualTo(HANDLERS);
    limit.adapt(Duration.ofMillis(100).toNanos(), inFlight);
    assertThat(limit.full(inFlight)).isEqualTo(HANDLERS + 2 * HANDLERS);
  }

  @Test
  void aLullSaysNothingOfTheHandlers() throws Exception {
    InFlightLimit limit = quick();
    limit.adapt(Duration.ofMillis(200).toNanos(), inFlight);
    assertThat(limit.full(inFlight)).isEqualTo(MOST);
  }

  @Test
  void handlersThatBecomeSlowAreGivenLess() throws Exception {
    InFlightLimit limit = quick();
    for (int i = 0; i < MOST; i++) {
      inFlight.add(new Job(null, null, 1, null));
    }
    limit.took(MOST, 1);
    int full = MOST;
    for (int i = 2; full > HANDLERS; i++) {
      limit.adapt(Duration.ofMillis(100L * i).toNanos(), inFlight);
      assertThat(limit.full(inFlight)).isLessThan(full);
      full = limit.full(inFlight);
    }
    assertThat(full).isEqualTo(HANDLERS);
  }

  @Test
  void sizesThatVaryLittleChangeNothing() throws Exception {
    InFlightLimit limit = quick();
    limit.took(500, 500 * 100_000L);
    int full = limit.full(inFlight);
    assertThat(full).isBetween(100, 250);
    for (int size = 90_000; size < 110_000; size += 1_000) {
      limit.took(50, 50L * size);
      assertThat(limit.full(inFlight)).isEqualTo(full);
    }
  }

  /** As many as may be are given to it. */
  private InFlightLimit quick() throws Exception {
    InFlightLimit limit = begun();
    limit.took(4 * HANDLERS, 1);
    limit.adapt(Duration.ofMillis(6).toNanos(), inFlight);
    assertThat(limit.full(inFlight)).isEqualTo(MOST);
    return limit;
  }

  private InFlightLimit begun() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      InFlightLimit limit =
          InFlightLimit.ofHandlers(ConsumeRig.group("g").concurrency(HANDLERS), rig.driver, 1);
      limit.adapt(0, inFlight);
      return limit;
    }
  }
}

package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How many are taken ahead of the handlers. */
class InFlightLimitTest {
  private static final int HANDLERS = 8;
  private static final int MOST = 500;

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

  private InFlightLimit begun() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      InFlightLimit limit =
          InFlightLimit.ofHandlers(ConsumeRig.group("g").concurrency(HANDLERS), rig.driver, 1);
      limit.adapt(0, inFlight);
      return limit;
    }
  }
}

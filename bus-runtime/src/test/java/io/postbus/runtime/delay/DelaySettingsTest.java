package io.postbus.runtime.delay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DelaySettingsTest {
  private final DelaySettings settings = DelaySettings.of("store", "node");

  @Test
  void anEntryIsInFlightForLongerThanAPublicationCanTake() {
    assertThat(settings.publishingWithin(Duration.ofSeconds(10)).inFlight())
        .isEqualTo(Duration.ofSeconds(30))
        .isEqualTo(settings.inFlight());
    assertThat(settings.publishingWithin(Duration.ofMinutes(5)).inFlight())
        .isEqualTo(Duration.ofMinutes(15));
    assertThat(settings.publishingWithin(Duration.ofMillis(10)).inFlight())
        .isEqualTo(Duration.ofSeconds(5));
  }
}

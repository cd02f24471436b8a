package io.postbus.driver.memory;

import io.postbus.spi.Settings;
import java.time.Duration;
import java.util.Optional;

/**
 * The driver's settings.
 *
 * @param broker {@code name}: drivers of one name in this JVM are on one broker
 * @param keep whether the broker stays when its last user has gone
 * @param limits {@code capacity} of a group and {@code max-bytes} of all
 * @param maxHold {@code max-hold}: how long a delivery may stay unsettled
 * @param link names this way to the broker, so that a test can break it and leave others whole
 */
record MemorySettings(
    String broker, boolean keep, Limits limits, Optional<Duration> maxHold, String link) {
  static final String DEFAULT_NAME = "default";

  static MemorySettings read(Settings settings) {
    Optional<Duration> maxHold = settings.duration("max-hold");
    if (maxHold.filter(Duration::isZero).isPresent()) {
      settings.problem("max-hold", "must be above 0s");
    }
    return new MemorySettings(
        settings.text("name", DEFAULT_NAME),
        settings.flag("keep", false),
        Limits.read(settings),
        maxHold,
        settings.text("link", ""));
  }
}

package io.postbus.runtime.consume;

import io.postbus.spi.Driver;
import java.time.Duration;

/**
 * How long a delivery may be in hand, from its arrival to its settlement, all its attempts here
 * included: half of what the driver allows.
 *
 * @param nanos {@link Long#MAX_VALUE} for ever
 */
record HoldLimit(long nanos) {
  static HoldLimit of(Driver driver) {
    return new HoldLimit(
        driver.maxHold().map(d -> d.dividedBy(2).toNanos()).orElse(Long.MAX_VALUE));
  }

  boolean exists() {
    return nanos != Long.MAX_VALUE;
  }

  /** Whether one that has been in hand so long can wait and then be handled in time. */
  boolean allows(long ageNanos, Duration wait, Duration timeout) {
    return !exists() || left(ageNanos, timeout).compareTo(wait) >= 0;
  }

  /** How long one that has been in hand so long can wait and then be handled in time. */
  Duration left(long ageNanos, Duration timeout) {
    return Duration.ofNanos(nanos - ageNanos).minus(timeout);
  }

  Duration duration() {
    return Duration.ofNanos(nanos);
  }
}

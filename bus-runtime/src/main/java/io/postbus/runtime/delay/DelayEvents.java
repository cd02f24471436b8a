package io.postbus.runtime.delay;

import io.postbus.spi.Delayed;
import java.time.Duration;

/** Told what the engine does, for metrics. Called on its threads: return at once. */
public interface DelayEvents {
  /** Wants to know nothing. */
  DelayEvents NONE = new DelayEvents() {};

  /**
   * The entry is being published.
   *
   * @param lateness how long after its due time, by the store's clock
   */
  default void fired(Delayed entry, Duration lateness) {}

  /** Its publication failed; it will be tried again. */
  default void failed(Delayed entry, Throwable cause) {}

  /** Its publication was refused too often; this is its dead letter. */
  default void died(Delayed dead) {}
}

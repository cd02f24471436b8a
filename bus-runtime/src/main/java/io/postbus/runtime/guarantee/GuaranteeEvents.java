package io.postbus.runtime.guarantee;

import io.postbus.spi.Delayed;

/** Told what becomes of entries when they are due, for metrics. Returns at once. Thread-safe. */
public interface GuaranteeEvents {
  /** Wants to know nothing. */
  GuaranteeEvents NONE = new GuaranteeEvents() {};

  /** It has expired in the store, and is gone. */
  default void expired(Delayed entry) {}

  /** Its group is no more, and so is it. */
  default void dropped(Delayed entry) {}

  /** Its group has not acknowledged it in time, and gets it again. */
  default void repeated(Delayed entry) {}

  /** Its group has not acknowledged it in time, but has a backlog in which it probably is. */
  default void pushedBack(Delayed entry) {}

  /** A group of another store has acknowledged what has no entry any more, or was sent again. */
  default void late() {}
}

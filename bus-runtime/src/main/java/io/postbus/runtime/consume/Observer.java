package io.postbus.runtime.consume;

import io.postbus.message.Message;
import io.postbus.spi.Failure;
import java.time.Duration;

/**
 * Hears what becomes of one subscription's deliveries. Called on workers and other threads of the
 * engine, several at a time, for every message: it returns within microseconds and never throws.
 */
public interface Observer {
  /** Does nothing. */
  Observer NONE = new Observer() {};

  /** How an attempt ended. */
  enum Outcome {
    /** Acknowledged. */
    OK,
    /** Failed; it is tried again. */
    RETRIED,
    /** Failed for the last time. */
    DEAD,
    /** Not settled by its deadline; whether it is tried again is told by itself. */
    TIMED_OUT,
    /** Failed while the circuit was open: uncounted, to be tried again. */
    HELD,
    /** Given back uncounted. */
    RELEASED,
    /** Taken back by the broker before it was settled. */
    REVOKED
  }

  /**
   * A handler has finished an attempt.
   *
   * @param beganMillis when it began, in ms since 1970
   * @param costNanos how long the handler took, in ns; for a batch, its item's even share
   */
  default void handled(Message message, long beganMillis, long costNanos, Outcome outcome) {}

  /** To be tried again, in this process or through the store or broker. */
  default void retried(Message message, Duration delay) {}

  /** Given up on, and durable where dead letters are kept. */
  default void deadLettered(Message message, Failure failure) {}

  /** Acknowledged unhandled: the subscription's filter does not want its type. */
  default void unmatched(Message message) {}

  /** Acknowledged unhandled: it had expired. */
  default void expired(Message message) {}

  /** The broker had taken it back before it was settled; it is handled again. */
  default void stale(Message message) {}

  /** Acknowledged unhandled: the group has completed it before. */
  default void repeated(Message message) {}

  /** Its failure was not written: it has been sent again meanwhile, and that copy counts. */
  default void superseded(Message message) {}

  /** So much has failed in a row that the consumer pauses. */
  default void paused(Throwable cause) {}

  /** It goes on after that. */
  default void resumed() {}

  /** Acknowledged, but its guarantee was gone: it was sent again, or acknowledged before. */
  default void late(Message message) {}
}

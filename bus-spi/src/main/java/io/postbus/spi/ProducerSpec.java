package io.postbus.spi;

import java.time.Duration;

/**
 * How a producer sends.
 *
 * @param timeout within about this time each send ends: confirmed, refused or unknown. It covers
 *     the wait for a connection, for publishers to be unblocked, for room in the window and for the
 *     confirmation
 * @param window how many messages may await their confirmation; beyond it {@code send} waits
 */
public record ProducerSpec(Confirm confirm, Duration timeout, int window) {
  /** What completes a send. */
  public enum Confirm {
    /** The broker owns the message, as {@link Driver#durability()} says. */
    CONFIRMED,
    /** It has been handed to the client; it may be lost. */
    RAPID
  }

  public ProducerSpec {
    if (window < 1 || timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("A producer needs a window and a timeout above zero");
    }
  }
}

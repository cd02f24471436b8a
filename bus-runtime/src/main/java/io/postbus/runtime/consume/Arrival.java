package io.postbus.runtime.consume;

import io.postbus.message.Message;
import io.postbus.runtime.publish.Ticket;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Consumer;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import org.jspecify.annotations.Nullable;

/**
 * What one delivery of the driver brought, the same for all its attempts in hand.
 *
 * @param consumer the driver's, to which it is settled
 * @param forward as it goes on from here: mapped, with the headers of Postbus
 * @param visible as handlers see it
 * @param atNanos when it came, on the timeline
 * @param sequence grows with each arrival
 */
record Arrival(
    Received received,
    Consumer consumer,
    Message forward,
    Message visible,
    long atNanos,
    long sequence) {
  /** What a guaranteed message carries, or null. */
  @SuppressWarnings("ReferenceEquality") // A message without our headers is its visible one.
  @Nullable Ticket ticket() {
    return forward == visible ? null : Ticket.of(forward);
  }

  /** Settles it; false if the broker has taken it back. */
  boolean settle(Settlement how) {
    try {
      return consumer.settle(received, how);
    } catch (ClosedException closed) {
      return false;
    }
  }

  int bytes() {
    return visible.payload().length;
  }
}

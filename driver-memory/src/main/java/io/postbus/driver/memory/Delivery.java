package io.postbus.driver.memory;

import io.postbus.message.Message;
import io.postbus.spi.Received;
import org.jspecify.annotations.Nullable;

/**
 * One message in one group, handed out once at most: what comes back is a new delivery in the old
 * place. All that changes is guarded by the queue's lock.
 */
final class Delivery implements Received, Comparable<Delivery> {
  final GroupQueue queue;
  final int footprint;
  private final Message message;
  private final long place;
  private final boolean redelivered;

  /** The seat that holds it unsettled. */
  @Nullable Seat holder;

  /** By the holder's clock, in ms; only where holding has a limit. */
  long heldUntil;

  @Nullable Delivery previous;
  @Nullable Delivery next;

  Delivery(GroupQueue queue, Message message, int footprint, long place) {
    this(queue, message, footprint, place, false);
  }

  private Delivery(
      GroupQueue queue, Message message, int footprint, long place, boolean redelivered) {
    this.queue = queue;
    this.message = message;
    this.footprint = footprint;
    this.place = place;
    this.redelivered = redelivered;
  }

  /** The same message, to be handed out once more. */
  Delivery again() {
    return new Delivery(queue, message, footprint, place, true);
  }

  @Override
  public Message message() {
    return message;
  }

  @Override
  public boolean redelivered() {
    return redelivered;
  }

  /** By place, which is not its identity: a delivery and its {@link #again} share one. */
  @Override
  public int compareTo(Delivery o) {
    return Long.compare(place, o.place);
  }

  @Override
  public String toString() {
    return "Delivery[" + message + (redelivered ? ", redelivered]" : "]");
  }
}

package io.postbus.runtime.consume;

import io.postbus.message.Message;
import io.postbus.runtime.publish.Ticket;
import io.postbus.spi.Delayed;
import io.postbus.spi.Slot;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;

/** Where retries wait and dead letters lie: the store, through the delay engine. Thread-safe. */
public interface Waiting {
  /**
   * Whether a delivery may be let go in favour of it: it is as durable as the broker, or the
   * configuration accepts less. If not, nothing is put here: retries are held as deliveries and
   * dead letters go to the broker's {@code dlq.<group>}.
   */
  boolean trusted();

  /** The time by the store's clock, from which due times are counted. */
  Instant now();

  /**
   * An entry in the place of one that a guaranteed message has.
   *
   * @param from where that may be, one after the other; empty if there is none to replace
   */
  record Placement(List<Slot> from, Delayed to) {}

  /**
   * Adds entries, of any shards; durable when it returns. Blocks. Repeating it with the same
   * placements, after an error too, does no harm.
   *
   * @param placements at most {@link io.postbus.spi.DelayStore#MAX_BATCH}
   * @throws io.postbus.spi.BusException if some or all may not have been added
   * @return bit i is clear if the entry that placement i was to replace is not there: the message
   *     has been sent again, and that copy counts
   */
  BitSet place(List<Placement> placements);

  /** Whether the guaranteed message's entries are in this store. May block for a call of it. */
  boolean has(Ticket ticket);

  /**
   * The group needs the guaranteed message no more: removes its entry, within about 50 ms, if it is
   * in this store. What goes wrong costs a duplicate.
   *
   * @param late runs if it is not there
   */
  void acknowledged(Message m, Ticket ticket, String group, Runnable late);
}

package io.postbus.runtime.delay;

import io.postbus.spi.Delayed;
import java.time.Instant;
import java.util.concurrent.CompletionStage;

/** Where the engine's entries go when they are due. Thread-safe. */
public interface Outlet {
  /**
   * Publishes the entry's message to its destination. May wait as {@link
   * io.postbus.spi.Producer#send} may. Entries of one key arrive here in the order of their slots.
   *
   * @return completes when the broker owns the message. A failure that is not retryable, or a
   *     rejection while {@link #ready()}, counts against the entry; every other is tried again
   *     without end. Its callbacks do not wait
   */
  CompletionStage<Void> publish(Delayed entry);

  /** Whether the broker takes messages now; while it does not, entries stay where they are. */
  default boolean ready() {
    return true;
  }

  /**
   * What firing means for the entry, decided just before. By default it is kept until its message
   * is confirmed, and published once more should this node die before.
   *
   * @param until when the next one may try, should this node die
   */
  default Departure depart(Delayed entry, Instant until) {
    return Departure.keptUntilConfirmed(entry, until);
  }
}

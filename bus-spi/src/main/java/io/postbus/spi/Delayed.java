package io.postbus.spi;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the {@link DelayStore}: a message that waits, why, and where it goes then.
 *
 * @param attempt the attempt that the delivery will be: failures so far + 1
 * @param handle the caller's own name for it, or null; several entries may share one
 * @param failure what went wrong before, or null
 */
public record Delayed(
    Slot slot,
    Kind kind,
    Destination destination,
    Message message,
    int attempt,
    @Nullable String handle,
    @Nullable Failure failure) {

  /** Why it waits. */
  public enum Kind {
    DELAY,
    RETRY,
    OUTBOX,
    GUARANTEED,
    DEAD
  }

  /** The same entry, waiting for another time. */
  public Delayed at(Instant due) {
    return in(slot.at(due));
  }

  /** The same entry in another slot. */
  public Delayed in(Slot other) {
    return new Delayed(other, kind, destination, message, attempt, handle, failure);
  }
}

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

  /** The same entry at another time. */
  public Delayed at(Instant due) {
    return new Delayed(slot.at(due), kind, destination, message, attempt, handle, failure);
  }
}

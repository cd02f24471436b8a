package io.postbus;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait in the store: delayed ones and retries. Thread-safe; every call asks the
 * store. A reference is the handle given with {@link PublishOptions#handle} or the message's id; a
 * handle that several messages share means all of them. A handle means what waits to be sent; the
 * id means the message's retries, too, even if other groups have handled it. What is still being
 * published may be written after the call.
 */
public interface DelayedMessages {
  /** What became of a request about a waiting message. */
  enum Outcome {
    /** Done: for a cancellation the promise that it will not be handled because of this entry. */
    DONE,
    /** It is being sent or has been; of several, one at least, and the others are done. */
    TOO_LATE,
    /** No message waits under this reference. */
    NOT_FOUND
  }

  Outcome cancel(String reference);

  Outcome reschedule(String reference, Instant due);

  /** As {@link #reschedule} to this moment. */
  Outcome sendNow(String reference);

  /** The messages under this reference. */
  List<DelayedMessage> find(String reference);

  /**
   * A page, by due time.
   *
   * @param cursor where the previous page ended, or null for the first
   * @param limit from 1 to 500
   */
  Page<DelayedMessage> list(Filter filter, @Nullable String cursor, int limit);

  long count(Filter filter);
}

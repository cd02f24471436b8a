package io.postbus;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of one group, in the store or, where that is less durable than the broker, in
 * the broker's own {@code dlq.<group>}. Thread-safe; every call asks the store or broker.
 *
 * <p>A broker cannot search: there a call takes the letters in hand from the oldest on, gives back
 * those that it does not want, and gets no farther than the first 1000 of them.
 */
public interface DeadLetters {
  /**
   * In place of a group's name: the messages that waited in the store, delayed or in an outbox, and
   * could not be sent when they were due, since no group of their topic was known or the broker
   * refused them for more than an hour. Sent again, they go where they were to go.
   */
  String UNSENT = "postbus.unsent";

  /**
   * A page, the latest failure last.
   *
   * @param cursor where the previous page ended, or null for the first
   * @param limit from 1 to 500
   */
  Page<DeadLetter> list(Filter filter, @Nullable String cursor, int limit);

  Optional<DeadLetter> find(String messageId);

  long count(Filter filter);

  /** Sends the matching ones to their group again, at once, as a first attempt. */
  default Redriven redrive(Filter filter) {
    return redrive(filter, Redrive.now());
  }

  /**
   * Sends the matching ones to their group again. Each is let go of only after the broker has
   * confirmed it, so an error on the way leaves the rest where they are.
   */
  Redriven redrive(Filter filter, Redrive how);

  /** Deletes the matching ones for good, and says how many. */
  long delete(Filter filter);

  /**
   * What a redrive did.
   *
   * @param matched how many the filter matched
   * @param sent how many are on their way; 0 in a dry run
   * @param failed how many could not be sent and are still dead letters
   */
  record Redriven(long matched, long sent, long failed) {}
}

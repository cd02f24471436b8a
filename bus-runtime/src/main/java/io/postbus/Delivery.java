package io.postbus;

import io.postbus.message.Message;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;

/**
 * One message handed to one group. It is settled once, by the first of the methods below, by the
 * handler's return or throw, or by its deadline; every later settling does nothing and returns
 * false. Thread-safe: it may be settled from another thread than the handler's.
 */
public interface Delivery {
  /** Without the headers that are Postbus's own. */
  Message message();

  /**
   * The payload, decoded by the codec of its content type.
   *
   * @throws DecodeException if it cannot be; not retried but dead at once
   */
  <T> T body(Class<T> type);

  /** The payload as UTF-8 text. */
  String text();

  String group();

  /** Failures so far + 1. */
  int attempt();

  /** Whether it may have been handed out before, as far as is known. */
  boolean redelivered();

  /** From then on it counts as failed. */
  Instant deadline();

  /** Whether it has been settled, has passed its deadline, or was taken back by the broker. */
  boolean settled();

  /** Done with it. */
  boolean ack();

  /**
   * Marks the message as completed by this group in the handler's own transaction, which the caller
   * commits: its effects then happen exactly once, whatever dies when. Kept as long as the
   * subscription's {@link Subscription.Idempotent} says, or 7 days.
   *
   * @param transaction of the database that the bus's store is in
   * @return false if it is marked: its effects are in the database, so leave them out and return
   * @throws io.postbus.spi.UnsupportedCapabilityException if the store takes part in no transaction
   */
  boolean completeIn(Connection transaction);

  /** Failed: the schedule says when it is tried again, or that it is dead. */
  boolean retry(Throwable cause);

  /** To be tried again after this time; counts as an attempt, and the schedule's end holds. */
  boolean retryAfter(Duration delay);

  /** Given up on at once. */
  boolean deadLetter(String reason);

  /**
   * Back to the group, uncounted: somebody else, or this process later, handles it. In a group with
   * an order all that waits behind it goes along. This process gets what it gives back again and
   * again after growing waits of up to 5 s.
   */
  boolean release();
}

package io.postbus.test;

import io.postbus.message.Message;

/**
 * One attempt of a handler, and how it ended.
 *
 * @param attempt failures so far + 1
 */
public record Handled(String group, Message message, int attempt, Outcome outcome) {
  /** How an attempt ended. */
  public enum Outcome {
    ACKNOWLEDGED,
    /** Failed, and tried again. */
    RETRIED,
    /** Failed for the last time, or given up on. */
    DEAD,
    /** Not settled by its deadline. */
    TIMED_OUT,
    /** Given back uncounted. */
    RELEASED,
    /** Taken back by the broker before it was settled. */
    REVOKED,
    /** Not handled at all: it had expired. */
    EXPIRED
  }

  public String id() {
    return message.id();
  }

  public String type() {
    return message.type();
  }

  /** As {@code mail: Placed #2 RETRIED}. */
  @Override
  public String toString() {
    return group + ": " + type() + " #" + attempt + " " + outcome;
  }
}

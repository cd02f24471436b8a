package io.postbus.spi;

import org.jspecify.annotations.Nullable;

/** A message was not confirmed. {@link #outcome()} says what the broker may have done with it. */
public final class PublishException extends BusException {
  private static final long serialVersionUID = 1L;

  /** What is known of the message's fate. */
  public enum Outcome {
    /** The broker does not have it. */
    REJECTED,
    /** The broker does not have it because nothing there would take it. */
    UNROUTABLE,
    /** It may have been delivered, or may yet be. */
    UNKNOWN
  }

  private final Outcome outcome;

  private PublishException(
      Outcome outcome, boolean retryable, String message, @Nullable Throwable cause) {
    super(message, retryable, cause);
    this.outcome = outcome;
  }

  /** The broker refused it, and would refuse it again: too large, malformed, not permitted. */
  public static PublishException refused(String message, @Nullable Throwable cause) {
    return new PublishException(Outcome.REJECTED, false, message, cause);
  }

  /** It was not sent or not taken for now: publishers are blocked, the queue is full. */
  public static PublishException rejected(String message, @Nullable Throwable cause) {
    return new PublishException(Outcome.REJECTED, true, message, cause);
  }

  /** No group takes it: the topic is unknown or has no group, or the group does not exist. */
  public static PublishException unroutable(String message) {
    return new PublishException(Outcome.UNROUTABLE, false, message, null);
  }

  /** No confirmation came within the limit, or the connection was lost for good. */
  public static PublishException unknown(String message, @Nullable Throwable cause) {
    return new PublishException(Outcome.UNKNOWN, true, message, cause);
  }

  public Outcome outcome() {
    return outcome;
  }
}

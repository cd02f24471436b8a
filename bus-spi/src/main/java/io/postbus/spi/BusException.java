package io.postbus.spi;

import org.jspecify.annotations.Nullable;

/**
 * Root of everything that Postbus throws. Errors of brokers, databases and libraries appear only as
 * causes; one class per driver translates them.
 */
public abstract class BusException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean retryable;

  protected BusException(String message, boolean retryable, @Nullable Throwable cause) {
    super(message, cause);
    this.retryable = retryable;
  }

  /** Whether the same call may succeed later with nothing changed by the caller. */
  public final boolean retryable() {
    return retryable;
  }
}

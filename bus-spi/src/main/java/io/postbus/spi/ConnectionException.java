package io.postbus.spi;

import org.jspecify.annotations.Nullable;

/** The broker or the store did not answer in time, or the connection to it broke. Retryable. */
public final class ConnectionException extends BusException {
  private static final long serialVersionUID = 1L;

  public ConnectionException(String message, @Nullable Throwable cause) {
    super(message, true, cause);
  }
}

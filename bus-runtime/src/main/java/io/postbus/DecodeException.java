package io.postbus;

import io.postbus.spi.BusException;
import org.jspecify.annotations.Nullable;

/** A payload could not be encoded or decoded. Not retried: it would fail again. */
public final class DecodeException extends BusException implements NotRetryable {
  private static final long serialVersionUID = 1L;

  public DecodeException(String message, @Nullable Throwable cause) {
    super(message, false, cause);
  }
}

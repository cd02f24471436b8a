package io.postbus.runtime.foreign;

import io.postbus.NotRetryable;
import io.postbus.spi.BusException;
import org.jspecify.annotations.Nullable;

/** A foreign message does not have the shape that its topic's mapping says. */
public final class ForeignException extends BusException implements NotRetryable {
  private static final long serialVersionUID = 1L;

  ForeignException(String message, @Nullable Throwable cause) {
    super(message, false, cause);
  }
}

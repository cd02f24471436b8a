package io.postbus.runtime.module;

import io.postbus.spi.BusException;
import org.jspecify.annotations.Nullable;

/** A handler outside this process failed, hung, died or answered nonsense: a failed attempt. */
public final class HandlerFailedException extends BusException {
  private static final long serialVersionUID = 1L;

  HandlerFailedException(String message) {
    this(message, null);
  }

  HandlerFailedException(String message, @Nullable Throwable cause) {
    super(message, true, cause);
  }
}

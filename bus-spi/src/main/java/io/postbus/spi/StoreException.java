package io.postbus.spi;

import org.jspecify.annotations.Nullable;

/** The store refused an operation for a reason other than its connection. */
public final class StoreException extends BusException {
  private static final long serialVersionUID = 1L;

  /**
   * @param retryable whether repeating the same operation may succeed: a deadlock, a full pool
   */
  public StoreException(String message, boolean retryable, @Nullable Throwable cause) {
    super(message, retryable, cause);
  }
}

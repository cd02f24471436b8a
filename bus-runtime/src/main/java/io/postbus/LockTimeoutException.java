package io.postbus;

import io.postbus.spi.BusException;
import java.time.Duration;

/** A lock was not free within the wait. Retryable. */
public final class LockTimeoutException extends BusException {
  private static final long serialVersionUID = 1L;

  public LockTimeoutException(String name, Duration wait) {
    super("The lock " + name + " was not free within " + wait, true, null);
  }
}

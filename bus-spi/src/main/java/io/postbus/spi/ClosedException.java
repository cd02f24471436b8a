package io.postbus.spi;

/** The thing that was called has been closed. Not retryable. */
public final class ClosedException extends BusException {
  private static final long serialVersionUID = 1L;

  /**
   * @param what names the closed thing, as in "The consumer of group x"
   */
  public ClosedException(String what) {
    super(what + " is closed", false, null);
  }
}

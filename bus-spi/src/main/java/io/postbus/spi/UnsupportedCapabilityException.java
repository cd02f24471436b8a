package io.postbus.spi;

/** The driver or the store cannot do what was asked of it, and says so instead of doing less. */
public final class UnsupportedCapabilityException extends BusException {
  private static final long serialVersionUID = 1L;

  public UnsupportedCapabilityException(String message) {
    super(message, false, null);
  }
}

package io.postbus.spi;

/**
 * What not every broker can do. A driver that does not declare one refuses the call that needs it
 * with {@link UnsupportedCapabilityException}; it never does something similar instead.
 */
public enum Capability {
  /** A new group may begin at the oldest message that is kept: {@link Start#EARLIEST}. */
  REPLAY,
  /**
   * Withholds messages that the group's filter does not accept; without it the runtime filters. The
   * broker then knows of a confirmed message that nothing takes it, and its send is {@code
   * UNROUTABLE}.
   */
  TYPE_FILTER,
  /** {@link Consumer#maxInFlight} may be changed while consuming, for groups without an order. */
  RESIZE,
  /** {@link Order#KEY}. */
  ORDER_PER_KEY,
  /** {@link Order#SINGLE}. */
  SINGLE_ACTIVE,
  /** Reaches processes on other machines. */
  SHARED
}

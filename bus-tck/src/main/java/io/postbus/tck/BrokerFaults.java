package io.postbus.tck;

/**
 * Faults of the broker itself. Each has taken effect when the call returns; after {@link #start}
 * and {@link #unblock} the broker serves again.
 */
public interface BrokerFaults {
  /** Ends the broker without warning, as {@code kill -9} does; its data stays. */
  void kill();

  /** Starts it if it does not run, with the data that it has. */
  void start();

  /** Ends it and throws its data away; it stays down until {@link #start}. */
  void wipe();

  /** Makes it take no messages from publishers, as it does when it is short of memory. */
  void block();

  /** Ends {@link #block}. */
  void unblock();
}

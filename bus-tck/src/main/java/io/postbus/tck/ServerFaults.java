package io.postbus.tck;

/** Faults of a store's server. Each has taken effect when the call returns. */
public interface ServerFaults {
  /** Ends the server without warning, as {@code kill -9} does; its data stays. */
  void kill();

  /** Starts it if it does not run, with the data that it has. */
  void start();
}

package io.postbus.spi;

import java.time.Duration;
import java.time.InstantSource;

/** What the runtime lends a driver. Thread-safe. */
public interface DriverContext {
  /** The name of this connection in the configuration: the driver's own, or one under drivers. */
  String name();

  /** Goes in front of every name on the broker, as it is; may be empty. */
  String namespace();

  /** Identifies this process among the members of a group; a valid name. */
  String node();

  InstantSource clock();

  /**
   * How long a call that needs the broker may wait for it: declaring, asking for a backlog. Such a
   * call then throws {@link ConnectionException}.
   */
  Duration callTimeout();

  /** Takes note of the connection's state; returns at once. Repeating a state does no harm. */
  void state(ConnectionState state, String reason);
}

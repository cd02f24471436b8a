package io.postbus.tck;

import java.util.Map;

/**
 * One way from a driver to the broker, whose faults happen at the network, not in the driver.
 * Thread-safe. Every fault has taken effect when the call returns and lasts until {@link #restore}.
 */
public interface Link extends AutoCloseable {
  /** Settings that make a driver connect by this way: a new map, the caller's to change. */
  Map<String, Object> settings();

  /** Breaks every connection, towards both sides; new ones are welcome. */
  void cut();

  /** Breaks every connection and refuses new ones. */
  void down();

  /** Leaves connections open but lets nothing through, in any direction. */
  void stall();

  /** Ends every fault. */
  void restore();

  @Override
  void close();
}

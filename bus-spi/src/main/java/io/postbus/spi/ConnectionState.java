package io.postbus.spi;

/** How a connection is. */
public enum ConnectionState {
  CONNECTED,
  /** Connected, but the broker takes no messages from publishers at the moment. */
  BLOCKED,
  /** Not connected; the driver keeps trying. */
  DOWN
}

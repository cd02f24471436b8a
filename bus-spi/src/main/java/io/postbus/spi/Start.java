package io.postbus.spi;

/** Where a group that is registered for the first time begins. */
public enum Start {
  /** With what is published after its registration. */
  LATEST,
  /** With the oldest message that the broker keeps; needs {@link Capability#REPLAY}. */
  EARLIEST
}

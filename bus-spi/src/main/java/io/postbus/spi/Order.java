package io.postbus.spi;

/** How much order a group asks for. */
public enum Order {
  /** None: any member takes the next message. */
  NONE,
  /** Messages of one key are handled in the order of their publication, never two at a time. */
  KEY,
  /** One member is active at a time, and takes one message after the other. */
  SINGLE
}

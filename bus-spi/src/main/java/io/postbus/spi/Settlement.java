package io.postbus.spi;

/** What becomes of a delivery on the broker. */
public enum Settlement {
  /** The group is done with it. */
  ACK,
  /**
   * Back to the group, to be delivered again soon, to this member or another. Where the group has
   * an order, the caller releases a key's whole tail in order and does not poll meanwhile; all of
   * it comes again in the original order and before anything younger of the key.
   */
  RELEASE
}

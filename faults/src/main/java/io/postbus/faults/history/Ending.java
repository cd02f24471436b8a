package io.postbus.faults.history;

/** What its publisher was told of a message. */
public enum Ending {
  /** It is owned by the broker or the store. */
  CONFIRMED,
  /** It is certainly not. */
  FAILED,
  /** It may be, or was never told: the publisher died first. */
  UNKNOWN
}

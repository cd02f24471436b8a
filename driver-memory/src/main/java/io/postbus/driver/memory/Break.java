package io.postbus.driver.memory;

/** How a test breaks a link. */
enum Break {
  /** Connections are lost; new ones are welcome at once. */
  CUT,
  /** They are lost, and new ones refused. */
  DOWN,
  /** The same without a word: whoever has sent something does not know whether it arrived. */
  STALL
}

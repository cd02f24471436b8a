package io.postbus.faults.world;

import java.time.Duration;

/** One node's own way to a broker or database. Thread-safe. */
public interface Wire extends AutoCloseable {
  /** Resets what is connected; new connections are welcome. */
  void cut();

  /** Lets nothing through, until {@link #restore()}, and tells nobody. */
  void stall();

  /** As {@link #cut}, and refuses connections until {@link #restore()}. */
  void refuse();

  /** Ends every fault of this wire. */
  void restore();

  @Override
  void close();

  /** A wire on which bytes can be told apart. */
  interface Fine extends Wire {
    /** What the node sends does not arrive. */
    void stallOutgoing();

    /** What is sent to the node does not arrive. */
    void stallIncoming();

    /** How many connections are open. */
    int connections();

    /** Every byte arrives this much later. */
    void slow(Duration latency);
  }
}

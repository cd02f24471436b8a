package io.postbus.spi;

/**
 * What survives once a driver or a store has confirmed it, from the least to the most. The runtime
 * never lets go of a delivery in favour of a store that promises less than the broker does.
 */
public enum Durability {
  /** Gone with the process. */
  PROCESS,
  /** A crash of its server or a failover may lose the last moments. */
  RELAXED,
  /** On disk, or on a majority of replicas. */
  DURABLE
}

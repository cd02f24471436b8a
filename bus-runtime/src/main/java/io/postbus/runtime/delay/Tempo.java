package io.postbus.runtime.delay;

import io.postbus.spi.StoreCapability;
import java.time.Duration;
import java.util.Set;

/**
 * How often the engine does what it does without being asked.
 *
 * @param tick the least time between two small bursts of one shard: what falls due meanwhile goes
 *     together
 * @param linger how long the removal of what was published waits for others
 * @param leaseTtl how long a shard stays with a node that has gone silent
 * @param renew how often leases are renewed and shards are shared out anew
 * @param margin how long before the end of its lease a node stops firing
 * @param readAhead how far ahead of their time slots are read
 * @param near how often the present is read again for what others wrote late
 * @param far how often the near past and the read-ahead are read again
 * @param sweep how often everything up to the read-ahead is read again
 * @param hintWithin what another node's shard is to fire within this time, it is told at once
 */
record Tempo(
    Duration tick,
    Duration linger,
    Duration leaseTtl,
    Duration renew,
    Duration margin,
    Duration readAhead,
    Duration near,
    Duration far,
    Duration sweep,
    Duration hintWithin) {

  /** For a store that other processes write to as well, or others' transactions. */
  static final Tempo SHARED =
      new Tempo(
          Duration.ofMillis(10),
          Duration.ofMillis(50),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofMillis(50),
          Duration.ofSeconds(5),
          Duration.ofMinutes(10),
          Duration.ofMillis(250));

  /**
   * For a store within this process: there is nothing to gain by gathering, other writers are rare,
   * and virtual time passes over days without a million idle readings.
   */
  static final Tempo LOCAL =
      new Tempo(
          Duration.ZERO,
          Duration.ZERO,
          SHARED.leaseTtl,
          SHARED.renew,
          SHARED.margin,
          SHARED.readAhead,
          SHARED.far,
          SHARED.far,
          SHARED.sweep,
          SHARED.readAhead);

  /** The tempo that fits a store. */
  static Tempo of(Set<StoreCapability> capabilities) {
    boolean shared =
        capabilities.contains(StoreCapability.SHARED)
            || capabilities.contains(StoreCapability.SHARED_MACHINE)
            || capabilities.contains(StoreCapability.TRANSACTIONAL);
    return shared ? SHARED : LOCAL;
  }
}

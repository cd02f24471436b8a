package io.postbus.runtime.consume;

import io.postbus.spi.Delayed;
import java.time.Instant;
import java.util.List;

/** Where retries wait and dead letters lie: the store, through the delay engine. Thread-safe. */
public interface Waiting {
  /**
   * Whether a delivery may be let go in favour of it: it is as durable as the broker, or the
   * configuration accepts less. If not, nothing is put here: retries are held as deliveries and
   * dead letters go to the broker's {@code dlq.<group>}.
   */
  boolean trusted();

  /** The time by the store's clock, from which due times are counted. */
  Instant now();

  /**
   * Adds entries, of any shards; durable when it returns. Blocks. Repeating it with the same
   * entries, after an error too, does no harm.
   *
   * @param entries at most {@link io.postbus.spi.DelayStore#MAX_BATCH}
   * @throws io.postbus.spi.BusException if some or all may not have been added
   */
  void put(List<Delayed> entries);
}

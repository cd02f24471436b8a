package io.postbus.spi;

import java.time.Instant;
import java.util.Collection;

/** Hears what happens to a member; called on the driver's threads or inside poll, one at a time. */
public interface ConsumerListener {
  /**
   * These deliveries are no longer this member's: the channel was lost, the partition is gone,
   * another has claimed them. They will be delivered again. Work on them should end by {@code
   * drainUntil}: up to then {@link Consumer#settle} may still be accepted, where the broker allows
   * it; after it they are stale. May wait until then, and not longer.
   */
  void revoked(Collection<Received> gone, Instant drainUntil);

  /** Whether this member gets deliveries; the reason says why not. Returns at once. */
  default void state(ConnectionState state, String reason) {}
}

package io.postbus.runtime.delay;

import io.postbus.spi.Delayed;
import io.postbus.spi.Slot;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an entry that is due: one move puts the legs' entries into its place, and each
 * leg is published if this node made the move.
 *
 * @param end what happens to what was kept, once its message is confirmed
 */
public record Departure(List<Leg> legs, End end) {
  /** What follows a confirmation. */
  public enum End {
    /** The kept entry goes. */
    REMOVE,
    /** It stays until somebody else removes it. */
    KEEP
  }

  /**
   * One publication.
   *
   * @param kept what the store keeps meanwhile; in the same shard
   * @param sent what is published, or null for nothing
   */
  public record Leg(Delayed kept, @Nullable Delayed sent) {
    /** Nothing is published: it waits for another time. */
    public static Leg waiting(Delayed kept) {
      return new Leg(kept, null);
    }
  }

  /**
   * Kept in flight, published as it is, removed when confirmed. One whose order matters keeps its
   * place meanwhile, so that who takes over finds it first.
   */
  public static Departure keptUntilConfirmed(Delayed entry, Instant until) {
    Slot slot = entry.slot();
    Delayed kept =
        entry.in(KeyOrder.matters(entry) ? KeyOrder.onItsWay(slot) : slot.inFlight(until));
    return new Departure(List.of(new Leg(kept, entry)), End.REMOVE);
  }
}

package io.postbus.spi.support;

import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.Failure;
import io.postbus.spi.Slot;
import java.time.Instant;
import java.util.Comparator;

/**
 * Where an entry stands in the list that people see ({@link DelayStore#find}): by due time, a dead
 * letter by its last failure. Its text is a page's cursor.
 *
 * @param millis the time by which it is listed, in ms since 1970
 * @param slot its slot
 * @param shard the shard it is in
 */
public record Place(long millis, Slot slot, int shard) implements Comparable<Place> {
  private static final Comparator<Place> ORDER =
      Comparator.comparingLong(Place::millis)
          .thenComparing(Place::slot)
          .thenComparingInt(Place::shard);

  /** The place of an entry of the shard. */
  public static Place of(int shard, Delayed entry) {
    return new Place(time(entry).toEpochMilli(), entry.slot(), shard);
  }

  /** The time by which an entry is listed, and narrowed by a query. */
  public static Instant time(Delayed entry) {
    Failure failure = entry.failure();
    return failure != null && entry.slot().never() ? failure.last() : entry.slot().due();
  }

  /**
   * The place that gave this text.
   *
   * @throws IllegalArgumentException if none did
   */
  public static Place parse(String cursor) {
    String[] parts = cursor.split("-", -1);
    if (parts.length == 3) {
      try {
        return new Place(
            Long.parseLong(parts[0]), Slot.parse(parts[1]), Integer.parseInt(parts[2]));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("Not a cursor of this store: " + cursor, e);
      }
    }
    throw new IllegalArgumentException("Not a cursor of this store: " + cursor);
  }

  @Override
  public int compareTo(Place o) {
    return ORDER.compare(this, o);
  }

  @Override
  public String toString() {
    return millis + "-" + slot + "-" + shard;
  }
}

package io.postbus.store.jdbc;

import io.postbus.spi.Delayed;
import io.postbus.spi.Failure;
import io.postbus.spi.Slot;
import java.util.Comparator;

/**
 * Where an entry stands in the list that people see; as text a page's cursor.
 *
 * @param millis when it is due; for what is never due, when it failed last
 * @param shard of the column
 */
record Place(long millis, Slot slot, int shard) implements Comparable<Place> {
  private static final Comparator<Place> ORDER =
      Comparator.comparingLong(Place::millis)
          .thenComparing(Place::slot)
          .thenComparingInt(Place::shard);

  static Place of(int shard, Delayed d) {
    return new Place(time(d), d.slot(), shard);
  }

  static long time(Delayed d) {
    Failure f = d.failure();
    return f != null && d.slot().never() ? f.last().toEpochMilli() : d.slot().dueMillis();
  }

  static Place parse(String cursor) {
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

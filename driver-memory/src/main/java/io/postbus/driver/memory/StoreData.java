package io.postbus.driver.memory;

import io.postbus.spi.ConfigurationException;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the stores of one name and namespace share. The first that is opened says how many shards
 * there are, how much they may hold, and whose clock it is. Thread-safe.
 */
final class StoreData {
  static final Named<StoreData> ALL = new Named<>(name -> new StoreData());

  /** A test's fault: nobody reaches it. */
  volatile boolean stopped;

  private @Nullable Contents contents;

  /** What is in it, and what the first opening fixed. */
  record Contents(
      List<Shard> shards,
      Leases leases,
      Marks marks,
      Groups groups,
      InstantSource clock,
      Limits limits) {}

  synchronized Contents open(int shards, Limits limits, InstantSource clock) {
    Contents present = contents == null ? make(shards, limits, clock) : contents;
    require(present.shards.size() == shards, "has " + present.shards.size() + " shards");
    require(present.limits.equals(limits), "is open with " + present.limits);
    contents = present;
    return present;
  }

  private static Contents make(int shards, Limits limits, InstantSource clock) {
    StoreRoom room = new StoreRoom(limits);
    return new Contents(
        IntStream.range(0, shards).mapToObj(n -> new Shard(n, room)).toList(),
        new Leases(clock),
        new Marks(clock, limits.capacity()),
        new Groups(),
        clock,
        limits);
  }

  private static void require(boolean met, String has) {
    if (!met) {
      throw new ConfigurationException(
          "The memory store of this name "
              + has
              + ": open it with the same, or choose another name",
          null);
    }
  }
}

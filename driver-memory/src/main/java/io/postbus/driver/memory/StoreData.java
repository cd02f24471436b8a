package io.postbus.driver.memory;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Group;
import io.postbus.spi.Lease;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the stores of one name and namespace share. The first that is opened says how many shards
 * there are, how much they may hold, and whose clock it is. Thread-safe; leases and groups are
 * guarded by themselves.
 */
final class StoreData {
  static final Named<StoreData> ALL = new Named<>(name -> new StoreData());

  final Map<String, Lease> leases = new TreeMap<>();
  final Map<String, Group> groups = new TreeMap<>();
  private @Nullable Opened opened;
  private long lastEpoch;

  /** What the first opening fixed. */
  record Opened(List<Shard> shards, Marks marks, InstantSource clock, Limits limits) {}

  synchronized Opened open(int shards, Limits limits, InstantSource clock) {
    @Nullable Opened present = opened;
    if (present == null) {
      present = make(shards, limits, clock);
      opened = present;
    }
    require(present.shards.size() == shards, "has " + present.shards.size() + " shards");
    require(present.limits.equals(limits), "is open with " + present.limits);
    return present;
  }

  /** A fencing token above all before it, in this store at any rate. */
  synchronized long nextEpoch(long micros) {
    lastEpoch = Math.max(lastEpoch + 1, micros);
    return lastEpoch;
  }

  private static Opened make(int shards, Limits limits, InstantSource clock) {
    StoreRoom room = new StoreRoom(limits);
    List<Shard> all = new ArrayList<>();
    for (int i = 0; i < shards; i++) {
      all.add(new Shard(i, room));
    }
    return new Opened(List.copyOf(all), new Marks(clock, limits.capacity()), clock, limits);
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

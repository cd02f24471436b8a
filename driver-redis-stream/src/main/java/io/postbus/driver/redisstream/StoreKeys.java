package io.postbus.driver.redisstream;

import java.util.List;

/** The keys of a store. Those that one script touches have one hash tag, and so one node. */
record StoreKeys(String namespace) {
  /** How many shards there are. */
  String shards() {
    return "{" + namespace + "postbus:store}:shards";
  }

  /** A hash: the groups by name. */
  String groups() {
    return "{" + namespace + "postbus:store}:groups";
  }

  /** A hash, the leases by name; and a sorted set, the names by the end of their lease. */
  List<byte[]> leases() {
    return List.of(
        RedisNames.bytes("{" + namespace + "postbus:store}:leases"),
        RedisNames.bytes("{" + namespace + "postbus:store}:lease-ends"));
  }

  /** A mark that the group has completed the message. */
  byte[] done(String group, String id) {
    return RedisNames.bytes("{" + namespace + "postbus:done:" + group + "}:" + id);
  }

  /**
   * A shard: its slots in order, its entries by slot, the handles of those that have one by slot,
   * and the handles in order, each with its slot behind it.
   */
  List<byte[]> shard(int shard) {
    String tag = "{" + namespace + "postbus:delay:" + shard + "}:";
    return List.of(
        RedisNames.bytes(tag + "slots"),
        RedisNames.bytes(tag + "entries"),
        RedisNames.bytes(tag + "handles"),
        RedisNames.bytes(tag + "by-handle"));
  }
}

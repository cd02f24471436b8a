package io.postbus.faults;

class RedisReplicasFaultsIT extends ShortFaults {
  RedisReplicasFaultsIT() {
    super("redis-stream", "one replica, which confirms");
  }
}

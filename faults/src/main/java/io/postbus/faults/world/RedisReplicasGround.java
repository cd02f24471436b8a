package io.postbus.faults.world;

import io.postbus.faults.node.NodePlan;
import io.postbus.testbrokers.RedisReplicas;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A Redis with replicas that a Sentinel watches, and MariaDB. One thread. */
final class RedisReplicasGround implements Ground.Clustered {
  /** What a replica may be behind where it has to wait for a processor. */
  private static final Duration BEHIND = Duration.ofSeconds(5);

  private final int confirming;
  private final boolean all;
  private final RedisReplicas redis;
  private final MariaDbStore store = new MariaDbStore();

  /**
   * A ground.
   *
   * @param confirming how many of the replicas must have a message before it is confirmed: with
   *     all, nothing that was confirmed is lost, and nothing is confirmed while one is away; else
   *     the last moments before a failover may be lost
   */
  RedisReplicasGround(int replicas, int confirming) {
    this.confirming = confirming;
    this.all = confirming == replicas;
    this.redis = RedisReplicas.open(replicas);
  }

  @Override
  public String name() {
    return "redis-stream";
  }

  @Override
  public Map<String, String> settings(String node) {
    return Map.of(
        "driver", "redis-stream",
        "drivers.redis-stream.mode", "sentinel",
        "drivers.redis-stream.sentinel.master", RedisReplicas.MASTER,
        "drivers.redis-stream.uris", redis.sentinel().toString(),
        "drivers.redis-stream.wait.replicas", Integer.toString(confirming),
        "drivers.redis-stream.claim-after", "3s",
        "drivers.redis-stream.timeout", "3s");
  }

  @Override
  public NodeHandle node(NodePlan plan, Path folder) {
    return new ChildNode(plan, folder);
  }

  @Override
  public void killLeader() {
    redis.killMaster();
  }

  @Override
  public void heal() {
    redis.heal();
  }

  @Override
  public Duration forgets() {
    return all ? Duration.ZERO : BEHIND;
  }

  @Override
  public boolean goesOn() {
    return !all;
  }

  @Override
  public StoreGround store() {
    return store;
  }

  @Override
  public void close() {
    store.close();
    redis.close();
  }
}

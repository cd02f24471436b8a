package io.postbus.faults.world;

import io.postbus.faults.node.NodePlan;
import io.postbus.testbrokers.RedisBroker;
import java.nio.file.Path;
import java.util.Map;

/** One Redis with a proxy before each node, and a store. One thread. */
final class RedisGround implements Ground.Single, Ground.Wired, Ground.Freezable {
  private final RedisBroker broker = RedisBroker.open();
  private final StoreGround store;
  private final ProxyWires wires = new ProxyWires(broker.endpoint());

  RedisGround(StoreGround store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "redis-stream";
  }

  @Override
  public Map<String, String> settings(String node) {
    return Map.of(
        "driver", "redis-stream",
        "drivers.redis-stream.uris", broker.uri(wires.of(node).endpoint()).toString(),
        // What a dead member held is there for others after this.
        "drivers.redis-stream.claim-after", "3s",
        "drivers.redis-stream.timeout", "3s");
  }

  @Override
  public Wire wire(String node) {
    return wires.of(node);
  }

  @Override
  public NodeHandle node(NodePlan plan, Path folder) {
    return new ChildNode(plan, folder);
  }

  @Override
  public void stop() {
    broker.stop();
  }

  @Override
  public void kill() {
    broker.kill();
  }

  @Override
  public void wipe() {
    broker.wipe();
  }

  @Override
  public void start() {
    broker.start();
  }

  @Override
  public void pause() {
    broker.pause();
  }

  @Override
  public void resume() {
    broker.resume();
  }

  @Override
  public StoreGround store() {
    return store;
  }

  @Override
  public void close() {
    wires.close();
    store.close();
    broker.close();
  }
}

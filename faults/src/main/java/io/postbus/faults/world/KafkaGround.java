package io.postbus.faults.world;

import io.postbus.faults.node.NodePlan;
import io.postbus.testbrokers.KafkaBroker;
import io.postbus.testbrokers.KafkaOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** One Kafka with a proxy before each node, and MariaDB. One thread. */
final class KafkaGround implements Ground.Single, Ground.Wired, Ground.Freezable {
  private static final int NODES = 8;

  private final KafkaBroker broker = KafkaBroker.open(KafkaOptions.defaults().ways(NODES));
  private final MariaDbStore store = new MariaDbStore();
  private final Map<String, ProxyWire> wires = new HashMap<>();

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public Map<String, String> settings(String node) {
    return Map.of(
        "driver", "kafka",
        "drivers.kafka.servers", KafkaBroker.servers(of(node).endpoint()),
        // What is half open is found out this late.
        "drivers.kafka.request-timeout", "3s",
        "drivers.kafka.session-timeout", "6s");
  }

  @Override
  public Wire wire(String node) {
    return of(node);
  }

  private ProxyWire of(String node) {
    return wires.computeIfAbsent(node, n -> new ProxyWire(broker.way(wires.size())));
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
    wires.values().forEach(Wire::close);
    store.close();
    broker.close();
  }
}

package io.postbus.faults.world;

import io.postbus.faults.node.NodePlan;
import io.postbus.testbrokers.RabbitBroker;
import java.nio.file.Path;
import java.util.Map;

/** One RabbitMQ with a proxy before each node, and MariaDB. One thread. */
final class RabbitGround
    implements Ground.Single,
        Ground.Wired,
        Ground.Freezable,
        Ground.Blocking,
        Ground.Evicting,
        Ground.Channelled,
        Ground.Removing {
  private final RabbitBroker broker = RabbitBroker.open();
  private final MariaDbStore store = new MariaDbStore();
  private final ProxyWires wires = new ProxyWires(broker.endpoint());

  @Override
  public String name() {
    return "rabbitmq";
  }

  @Override
  public Map<String, String> settings(String node) {
    return Map.of(
        "driver", "rabbitmq",
        "drivers.rabbitmq.uris", broker.uri(wires.of(node).endpoint()).toString(),
        // What is half open is found out twice as late as this.
        "drivers.rabbitmq.heartbeat", "2s",
        "drivers.rabbitmq.rpc-timeout", "4s");
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
  public void block() {
    broker.raiseMemoryAlarm();
  }

  @Override
  public void unblock() {
    broker.clearMemoryAlarm();
  }

  @Override
  public void evict() {
    // Without a word to the client: harder than the acknowledgement timeout, which tells.
    broker.rabbitmqctl("eval", "[rabbit_channel:shutdown(P) || P <- rabbit_channel:list_local()].");
  }

  @Override
  public int channels() {
    return Integer.parseInt(
        broker.rabbitmqctl("eval", "length(rabbit_channel:list_local()).").trim());
  }

  @Override
  public void remove(String group) {
    broker.rabbitmqctl("delete_queue", group);
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

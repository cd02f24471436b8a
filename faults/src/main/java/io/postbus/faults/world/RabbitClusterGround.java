package io.postbus.faults.world;

import io.postbus.faults.node.NodePlan;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.RabbitBroker;
import io.postbus.testbrokers.RabbitCluster;
import io.postbus.testbrokers.RabbitOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Three RabbitMQs with quorum queues, a proxy before each for each node, and MariaDB. One thread.
 */
final class RabbitClusterGround implements Ground.Clustered, Ground.Wired {
  private static final Duration CATCHING_UP = Duration.ofSeconds(30);

  private final RabbitCluster cluster = RabbitCluster.open(RabbitOptions.defaults());
  private final MariaDbStore store = new MariaDbStore();
  private final Map<String, BundledWire> wires = new HashMap<>();
  private @Nullable RabbitBroker dead;

  @Override
  public String name() {
    return "rabbitmq";
  }

  /** Each node tries the servers in another order. */
  @Override
  public Map<String, String> settings(String node) {
    int before = wires.size();
    List<ProxyWire> ways = of(node).wires();
    List<String> uris = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      uris.add(cluster.nodes().get(i).uri(ways.get(i).endpoint()).toString());
    }
    Collections.rotate(uris, before);
    return Map.of(
        "driver", "rabbitmq",
        "drivers.rabbitmq.uris", String.join(" ", uris),
        "drivers.rabbitmq.queue-type", "quorum",
        "drivers.rabbitmq.heartbeat", "2s",
        "drivers.rabbitmq.rpc-timeout", "4s");
  }

  @Override
  public Wire wire(String node) {
    return of(node);
  }

  private BundledWire of(String node) {
    return wires.computeIfAbsent(
        node,
        n ->
            new BundledWire(
                cluster.nodes().stream().map(b -> new ProxyWire(b.endpoint())).toList()));
  }

  @Override
  public NodeHandle node(NodePlan plan, Path folder) {
    return new ChildNode(plan, folder);
  }

  @Override
  public void killLeader() {
    String leaders = ask("element(2, amqqueue:get_pid(Q))");
    RabbitBroker leader =
        running()
            .max(Comparator.comparingInt(b -> leaders.split(erlangName(b), -1).length))
            .orElseThrow();
    dead = leader;
    leader.kill();
  }

  @Override
  public void heal() {
    RabbitBroker back = dead;
    if (back != null) {
      back.start();
      Eventually.within(CATCHING_UP)
          .until(
              "each queue has all its members",
              () ->
                  !ask("length(proplists:get_value(online, rabbit_quorum_queue:info(Q, [online]))) =:= 3")
                      .contains("false"));
      dead = null;
    }
  }

  /** What a term of Erlang is for each quorum queue, Q. */
  private String ask(String term) {
    // A list of queues would have to come from all nodes, which do not know where the tool is.
    String all = "[" + term + " || Q <- rabbit_amqqueue:list(), amqqueue:is_quorum(Q)].";
    return running().findFirst().orElseThrow().rabbitmqctl("eval", all);
  }

  private Stream<RabbitBroker> running() {
    return cluster.nodes().stream().filter(RabbitBroker::running);
  }

  private static String erlangName(RabbitBroker broker) {
    return "postbus-" + broker.endpoint().getPort() + "@";
  }

  @Override
  public StoreGround store() {
    return store;
  }

  @Override
  public void close() {
    wires.values().forEach(Wire::close);
    store.close();
    cluster.close();
  }
}

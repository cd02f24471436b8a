package io.postbus.faults.world;

import io.postbus.faults.node.NodePlan;
import io.postbus.testbrokers.KafkaBroker;
import io.postbus.testbrokers.KafkaCluster;
import io.postbus.testbrokers.KafkaOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Three Kafkas, a proxy before each for each node, and MariaDB. One thread. */
final class KafkaClusterGround implements Ground.Clustered, Ground.Wired {
  private static final int NODES = 4;
  private static final int HEAP_MEGABYTES = 256;

  private final KafkaCluster cluster =
      KafkaCluster.open(KafkaOptions.defaults().ways(NODES).heap(HEAP_MEGABYTES));
  private final KafkaTalk talk = new KafkaTalk(cluster.servers());
  private final MariaDbStore store = new MariaDbStore();
  private final Map<String, BundledWire> wires = new HashMap<>();
  private @Nullable KafkaBroker dead;

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public Map<String, String> settings(String node) {
    String servers =
        of(node).wires().stream()
            .map(wire -> KafkaBroker.servers(wire.endpoint()))
            .collect(Collectors.joining(" "));
    return Map.of(
        "driver", "kafka",
        "drivers.kafka.servers", servers,
        "drivers.kafka.request-timeout", "3s",
        "drivers.kafka.session-timeout", "6s");
  }

  @Override
  public Wire wire(String node) {
    return of(node);
  }

  private BundledWire of(String node) {
    return wires.computeIfAbsent(
        node,
        n -> {
          List<ProxyWire> ways = new ArrayList<>();
          cluster.nodes().forEach(b -> ways.add(new ProxyWire(b.way(wires.size()))));
          return new BundledWire(ways);
        });
  }

  @Override
  public NodeHandle node(NodePlan plan, Path folder) {
    return new ChildNode(plan, folder);
  }

  @Override
  public void killLeader() {
    KafkaBroker leader = cluster.nodes().get(talk.leader() - 1);
    dead = leader;
    leader.kill();
  }

  @Override
  public void heal() {
    if (dead != null) {
      dead.start();
      talk.awaitInSync(cluster.nodes().size());
      dead = null;
    }
  }

  @Override
  public StoreGround store() {
    return store;
  }

  @Override
  public void close() {
    wires.values().forEach(Wire::close);
    talk.close();
    store.close();
    cluster.close();
  }
}

package io.postbus.testbrokers;

import java.util.List;

/**
 * Three RabbitMQs that are one cluster, as processes of this machine even where others run in
 * Docker. Each is stopped, killed and started by itself; thread-safe as they are.
 */
public final class RabbitCluster implements AutoCloseable {
  private static final int SIZE = 3;

  private final List<RabbitBroker> nodes;

  private RabbitCluster(List<RabbitBroker> nodes) {
    this.nodes = nodes;
  }

  /** Starts all nodes, and returns when each knows the others. */
  public static RabbitCluster open(RabbitOptions options) {
    RabbitCluster cluster =
        new RabbitCluster(
            RabbitNode.cluster(SIZE).stream()
                .map(node -> RabbitBroker.member(options, node))
                .toList());
    try {
      Together.start(cluster.nodes);
      Eventually.within(Server.START_LIMIT, "all nodes are in the cluster", cluster::complete);
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private boolean complete() {
    return nodes.stream()
        .map(node -> node.rabbitmqctl("eval", "length(rabbit_mnesia:cluster_nodes(running))."))
        .allMatch(running -> running.trim().equals(Integer.toString(SIZE)));
  }

  /** Its nodes, in an order that stays. */
  public List<RabbitBroker> nodes() {
    return nodes;
  }

  @Override
  public void close() {
    nodes.forEach(Broker::close);
  }
}

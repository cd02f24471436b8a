package io.postbus.testbrokers;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A Kafka's place in its cluster. The first nodes are controllers as well as brokers.
 *
 * @param node from 1
 * @param cluster its id; empty for one that the node makes up
 * @param controllers where each controller listens, from node 1 on
 */
record KafkaPlace(int node, String cluster, List<String> controllers) {
  private static final String HERE = "127.0.0.1";

  KafkaPlace {
    controllers = List.copyOf(controllers);
  }

  static KafkaPlace alone(String clusterId) {
    return new KafkaPlace(1, clusterId, List.of(HERE + ":" + Ports.take()));
  }

  /** The places of a cluster in which every node is a controller. */
  static List<KafkaPlace> cluster(String id, int size) {
    List<String> controllers =
        IntStream.range(0, size).mapToObj(i -> HERE + ":" + Ports.take()).toList();
    return IntStream.rangeClosed(1, size)
        .mapToObj(node -> new KafkaPlace(node, id, controllers))
        .toList();
  }

  /** The place of one more node, which only serves and follows. */
  KafkaPlace follower(String clusterId) {
    return new KafkaPlace(node + 1, clusterId, controllers);
  }

  boolean controls() {
    return node <= controllers.size();
  }

  String controller() {
    return controllers.get(node - 1);
  }

  String voters() {
    return IntStream.rangeClosed(1, controllers.size())
        .mapToObj(i -> i + "@" + controllers.get(i - 1))
        .collect(Collectors.joining(","));
  }
}

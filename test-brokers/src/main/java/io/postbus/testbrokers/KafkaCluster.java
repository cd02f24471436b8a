package io.postbus.testbrokers;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Three Kafkas that are one cluster: each is broker and controller, topics have three replicas and
 * take messages while two are in sync. Each node is stopped, killed and started by itself;
 * thread-safe as they are.
 */
public final class KafkaCluster implements AutoCloseable {
  private static final int SIZE = 3;

  private final List<KafkaBroker> nodes;

  private KafkaCluster(List<KafkaBroker> nodes) {
    this.nodes = nodes;
  }

  /** Starts all nodes, and returns when each serves. */
  public static KafkaCluster open(KafkaOptions options) {
    KafkaOptions replicated = replicated(options);
    KafkaCluster cluster =
        new KafkaCluster(
            KafkaPlace.cluster(id(), SIZE).stream()
                .map(place -> KafkaBroker.member(replicated, place))
                .toList());
    try {
      Together.start(cluster.nodes);
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private static KafkaOptions replicated(KafkaOptions options) {
    return options
        .setting("default.replication.factor", "3")
        .setting("min.insync.replicas", "2")
        .setting("offsets.topic.replication.factor", "3")
        .setting("transaction.state.log.replication.factor", "3")
        .setting("transaction.state.log.min.isr", "2")
        .setting("share.coordinator.state.topic.replication.factor", "3")
        .setting("share.coordinator.state.topic.min.isr", "2")
        // Of a node that is missed the others take over; one that is only slow is none.
        .setting("broker.session.timeout.ms", "3000")
        .setting("replica.lag.time.max.ms", "3000");
  }

  /** Sixteen bytes, as Kafka writes them. */
  private static String id() {
    UUID uuid = UUID.randomUUID();
    ByteBuffer bytes = ByteBuffer.allocate(16);
    bytes.putLong(uuid.getMostSignificantBits() & Long.MAX_VALUE);
    bytes.putLong(uuid.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /** Its nodes: that of number 1 in Kafka's own counting first. */
  public List<KafkaBroker> nodes() {
    return nodes;
  }

  /** What clients call {@code bootstrap.servers}. */
  public String servers() {
    return nodes.stream().map(KafkaBroker::servers).collect(Collectors.joining(","));
  }

  @Override
  public void close() {
    nodes.forEach(Broker::close);
  }
}

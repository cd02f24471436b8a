package io.postbus.faults.world;

import io.postbus.tck.Eventually;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;

/** What Kafka is asked and told beside the nodes. One thread. */
final class KafkaTalk implements AutoCloseable {
  private static final Duration CATCHING_UP = Duration.ofSeconds(30);

  private final Admin admin;

  KafkaTalk(String servers) {
    admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                servers,
                "request.timeout.ms",
                "5000",
                "default.api.timeout.ms",
                "15000"));
  }

  /** The number of the server that leads most partitions. */
  int leader() {
    Map<Integer, Integer> leads = new HashMap<>();
    for (TopicPartitionInfo partition : partitions()) {
      if (partition.leader() != null) {
        leads.merge(partition.leader().id(), 1, Integer::sum);
      }
    }
    return leads.entrySet().stream()
        .max(
            Map.Entry.<Integer, Integer>comparingByValue()
                .thenComparing(Comparator.comparing(Map.Entry::getKey)))
        .map(Map.Entry::getKey)
        .orElseThrow(() -> new IllegalStateException("no partition has a leader"));
  }

  /** Waits until each partition has so many replicas in sync. */
  void awaitInSync(int replicas) {
    Eventually.within(CATCHING_UP)
        .until(
            "all replicas are in sync",
            () -> partitions().stream().allMatch(p -> p.isr().size() == replicas));
  }

  private List<TopicPartitionInfo> partitions() {
    Set<String> names = answer(admin.listTopics().names());
    Collection<TopicDescription> topics =
        answer(admin.describeTopics(names).allTopicNames()).values();
    return topics.stream().flatMap(topic -> topic.partitions().stream()).toList();
  }

  static <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Kafka was asked", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka did not answer", e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(5));
  }
}

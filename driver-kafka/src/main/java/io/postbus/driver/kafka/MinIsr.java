package io.postbus.driver.kafka;

import io.postbus.spi.BusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why sends were not confirmed by a cluster that answers: a topic with fewer replicas in
 * sync than it needs takes no messages, and the clients keep that to themselves. Thread-safe.
 */
final class MinIsr {
  private final KafkaCalls calls;
  private final Set<String> suspects = ConcurrentHashMap.newKeySet();

  MinIsr(KafkaCalls calls) {
    this.calls = calls;
  }

  /** A message to the topic was not confirmed in time. */
  void suspect(String topic) {
    suspects.add(topic);
  }

  /** Why publishers are blocked, or null if they are not. Blocking. */
  @Nullable String why() {
    if (suspects.isEmpty()) {
      return null;
    }
    List<String> asked = List.copyOf(suspects);
    List<String> found = new ArrayList<>();
    for (String topic : asked) {
      String why = why(topic);
      if (why == null) {
        suspects.remove(topic);
      } else {
        found.add(why);
      }
    }
    return found.isEmpty() ? null : String.join("; ", found);
  }

  private @Nullable String why(String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      return calls.call(
          "Asking for the replicas of " + topic,
          KafkaLink.ANSWER,
          talk -> {
            TopicDescription description =
                talk.answer(talk.admin().describeTopics(List.of(topic)).allTopicNames())
                    .values()
                    .iterator()
                    .next();
            Config config =
                talk.answer(talk.admin().describeConfigs(List.of(resource)).all())
                    .values()
                    .iterator()
                    .next();
            ConfigEntry least = config.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
            return least == null ? null : tooFew(description, Integer.parseInt(least.value()));
          });
    } catch (BusException e) {
      return null;
    }
  }

  private static @Nullable String tooFew(TopicDescription topic, int least) {
    for (TopicPartitionInfo p : topic.partitions()) {
      if (p.isr().size() < least) {
        return "the topic %s takes no messages: %d of at least %d replicas are in sync"
            .formatted(topic.name(), p.isr().size(), least);
      }
    }
    return null;
  }
}

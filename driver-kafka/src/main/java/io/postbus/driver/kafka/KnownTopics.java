package io.postbus.driver.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Which topics are there: a producer waits for one that is not until its time is over. What is
 * known to be there is looked at again every few seconds. Thread-safe.
 */
final class KnownTopics {
  private static final int TURNS = 3;

  private final KafkaCalls calls;
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private int turn;

  KnownTopics(KafkaCalls calls) {
    this.calls = calls;
  }

  void add(String topic) {
    known.add(topic);
  }

  void forget(String topic) {
    known.remove(topic);
  }

  /** Whether it is there; asks the broker the first time. */
  boolean has(String topic, Duration limit) {
    return known.contains(topic)
        || calls.call("Asking for the topic " + topic, limit, talk -> found(talk, topic));
  }

  private boolean found(KafkaCalls.Talk talk, String topic) {
    if (partitions(talk, List.of(topic)).isEmpty()) {
      return false;
    }
    known.add(topic);
    return true;
  }

  /** Forgets those that are gone; every few calls of the link. */
  void refresh() {
    if (++turn % TURNS == 0 && !known.isEmpty()) {
      List<String> asked = List.copyOf(known);
      Set<String> there =
          calls.call(
              "Looking for topics", KafkaLink.ANSWER, talk -> partitions(talk, asked).keySet());
      asked.stream().filter(topic -> !there.contains(topic)).forEach(known::remove);
    }
  }

  /** Those of the topics that exist, and how many partitions they have. */
  static Map<String, Integer> partitions(KafkaCalls.Talk talk, List<String> topics) {
    Map<String, Integer> found = new ConcurrentHashMap<>();
    Map<String, KafkaFuture<TopicDescription>> asked =
        talk.admin().describeTopics(topics).topicNameValues();
    asked.forEach(
        (topic, description) -> {
          try {
            found.put(topic, talk.answer(description).partitions().size());
          } catch (UnknownTopicOrPartitionException | InvalidTopicException e) {
            // It is not there.
          }
        });
    return found;
  }
}

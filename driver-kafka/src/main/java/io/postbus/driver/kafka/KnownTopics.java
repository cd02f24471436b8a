package io.postbus.driver.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Which topics are there: a producer waits for one that is not until its time is over. What is
 * known to be there is looked at again every few seconds. Thread-safe.
 */
final class KnownTopics {
  private static final int TURNS = 3;

  private final KafkaCalls calls;
  private final String always;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  /** The broker's own ids of those that have ever been there. */
  private final Map<String, Uuid> ids = new ConcurrentHashMap<>();

  private volatile Runnable lost = () -> {};
  private int turn;
  private int misses;

  /**
   * None so far.
   *
   * @param always a topic that is always there, once it is known, and that nobody deletes
   */
  KnownTopics(KafkaCalls calls, String always) {
    this.calls = calls;
    this.always = always;
  }

  /** What is to be done when some are other topics than before: what the cluster had is gone. */
  void onLost(Runnable action) {
    lost = action;
  }

  void add(String topic) {
    known.add(topic);
  }

  void forget(String topic) {
    known.remove(topic);
    ids.remove(topic);
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

  /** The link's next call looks at them. */
  void soon() {
    turn = TURNS - 1;
  }

  /** Forgets those that are gone, and finds those that are others; every few calls of the link. */
  void refresh() {
    if (++turn % TURNS == 0 && !known.isEmpty()) {
      List<String> asked = List.copyOf(known);
      Map<String, TopicDescription> there =
          calls.call("Looking for topics", KafkaLink.ANSWER, talk -> descriptions(talk, asked));
      asked.stream()
          .filter(topic -> !there.containsKey(topic) && !topic.equals(always))
          .forEach(known::remove);
      boolean gone = isGone(asked.contains(always) && !there.containsKey(always));
      if (areOthers(there.values()) || gone) {
        ids.clear();
        misses = 0;
        lost.run();
      }
    }
  }

  /** At the second look: a broker may hear of a new topic a little later than others. */
  private boolean isGone(boolean missing) {
    misses = missing ? misses + 1 : 0;
    if (misses == 1) {
      soon();
    }
    return misses > 1;
  }

  private boolean areOthers(Collection<TopicDescription> there) {
    boolean others = false;
    for (TopicDescription topic : there) {
      Uuid before = ids.put(topic.name(), topic.topicId());
      others |= before != null && !before.equals(topic.topicId());
    }
    return others;
  }

  /** Those of the topics that exist, and how many partitions they have. */
  static Map<String, Integer> partitions(KafkaCalls.Talk talk, List<String> topics) {
    Map<String, Integer> found = new HashMap<>();
    descriptions(talk, topics).forEach((name, topic) -> found.put(name, topic.partitions().size()));
    return found;
  }

  private static Map<String, TopicDescription> descriptions(
      KafkaCalls.Talk talk, List<String> topics) {
    Map<String, TopicDescription> found = new HashMap<>();
    Map<String, KafkaFuture<TopicDescription>> asked =
        talk.admin().describeTopics(topics).topicNameValues();
    asked.forEach(
        (topic, description) -> {
          try {
            found.put(topic, talk.answer(description));
          } catch (UnknownTopicOrPartitionException | InvalidTopicException e) {
            // It is not there.
          }
        });
    return found;
  }
}

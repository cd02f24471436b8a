package io.postbus.driver.kafka;

import io.postbus.driver.kafka.KafkaCalls.Talk;
import io.postbus.driver.kafka.KafkaSettings.Declare;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Start;
import io.postbus.spi.TopicSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes topics, inboxes and the positions that groups begin with, and remembers what has been
 * declared, to declare it again on a broker that lost it. Thread-safe; blocking.
 */
final class Declarations {
  private static final Logger LOG = LoggerFactory.getLogger(Declarations.class);
  private static final Duration SIGNALS_KEPT = Duration.ofHours(1);

  private final KafkaNames names;
  private final KafkaSettings settings;
  private final KnownTopics known;
  private final Map<String, TopicSpec> topics = new ConcurrentHashMap<>();
  private final Map<String, Declared> groups = new ConcurrentHashMap<>();

  /** Positions that could not be committed for the group's members, who commit them instead. */
  private final Map<String, Map<TopicPartition, OffsetAndMetadata>> owed =
      new ConcurrentHashMap<>();

  private record Declared(Group group, Start start) {}

  Declarations(KafkaNames names, KafkaSettings settings, KnownTopics known) {
    this.names = names;
    this.settings = settings;
    this.known = known;
  }

  /** Everything again: the first thing that is done with a connection that has returned. */
  void again(KafkaCalls calls) {
    oneOfMany(
        calls,
        "the signals",
        talk ->
            create(talk, names.signals(), OptionalInt.of(1), OptionalInt.empty(), SIGNALS_KEPT));
    topics.values().forEach(t -> oneOfMany(calls, "the topic " + t.name(), talk -> topic(talk, t)));
    groups
        .values()
        .forEach(
            d ->
                oneOfMany(
                    calls,
                    "the group " + d.group().name(),
                    talk -> group(talk, d.group(), d.start())));
  }

  private interface Declaring {
    void by(Talk talk);
  }

  /** What cannot be declared again holds back neither the others nor the connection. */
  private static void oneOfMany(KafkaCalls calls, String what, Declaring one) {
    try {
      calls.call(
          "Declaring " + what + " again",
          talk -> {
            one.by(talk);
            return true;
          });
    } catch (ConfigurationException e) {
      LOG.error("After a reconnect: {}", e.getMessage());
    }
  }

  void topic(Talk talk, TopicSpec spec) {
    create(
        talk,
        names.topic(spec.name()),
        spec.partitions(),
        spec.replication(),
        spec.retention().orElse(null));
    topics.put(spec.name(), spec);
  }

  private void create(
      Talk talk,
      String name,
      OptionalInt partitions,
      OptionalInt replication,
      @Nullable Duration retention) {
    if (settings.declare() == Declare.CHECK) {
      if (KnownTopics.partitions(talk, List.of(name)).isEmpty()) {
        throw new ConfigurationException(
            "The topic %s does not exist; create it, or let declare: create do so".formatted(name),
            null);
      }
      return;
    }
    int copies = replication.orElse(settings.replication());
    NewTopic topic =
        new NewTopic(
            name,
            Optional.of(partitions.orElse(settings.partitions())),
            copies == 0 ? Optional.empty() : Optional.of((short) copies));
    if (retention != null) {
      topic.configs(Map.of(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis())));
    }
    try {
      talk.answer(talk.admin().createTopics(List.of(topic)).all());
      awaitLeaders(talk, name);
    } catch (TopicExistsException e) {
      // As it is.
    }
    known.add(name);
  }

  /**
   * A partition that was just made has a leader that may not know it yet. It refuses a producer's
   * first batch then and takes the second, so that the first, repeated, is out of order until its
   * time is over. Only who leads a partition can tell where it ends.
   */
  private static void awaitLeaders(Talk talk, String topic) {
    Map<TopicPartition, Long> unused = ends(talk, awaited(talk, List.of(topic)));
  }

  /** Of topics that are known to one broker, but to another one perhaps not yet. */
  private static Map<TopicPartition, Long> ends(Talk talk, Map<String, Integer> partitions) {
    while (true) {
      try {
        return Positions.ends(talk, all(partitions));
      } catch (UnknownTopicOrPartitionException e) {
        if (talk.late() || Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
    }
  }

  /** Makes what the group needs, and gives it positions where it has none. */
  void group(Talk talk, Group group, Start start) {
    boolean single = group.order() == Order.SINGLE;
    OptionalInt one = single ? OptionalInt.of(1) : OptionalInt.empty();
    List<String> its = new ArrayList<>();
    for (String topic : group.topics()) {
      its.add(names.topic(topic));
      TopicSpec spec = topics.get(topic);
      if (spec == null || known(talk, names.topic(topic)).isEmpty()) {
        create(
            talk,
            names.topic(topic),
            spec == null || spec.partitions().isEmpty() ? one : spec.partitions(),
            spec == null ? OptionalInt.empty() : spec.replication(),
            spec == null ? null : spec.retention().orElse(null));
      }
    }
    Map<String, Integer> partitions = awaited(talk, its);
    if (single) {
      requireOnePartition(group, partitions);
    }
    String inbox = names.inbox(group.name());
    boolean before = !known(talk, inbox).isEmpty();
    if (!before) {
      int most = partitions.values().stream().mapToInt(n -> n).max().orElse(settings.partitions());
      create(
          talk,
          inbox,
          single ? one : OptionalInt.of(most),
          OptionalInt.empty(),
          settings.inboxRetention());
    }
    partitions.putAll(awaited(talk, List.of(inbox)));
    positions(talk, group, start, before, partitions);
    groups.put(group.name(), new Declared(group, start));
  }

  private static Map<String, Integer> known(Talk talk, String topic) {
    return KnownTopics.partitions(talk, List.of(topic));
  }

  /** A topic that was just made is not known to every broker at once. */
  private static Map<String, Integer> awaited(Talk talk, List<String> its) {
    Map<String, Integer> found = KnownTopics.partitions(talk, its);
    while (found.size() < its.size()) {
      if (talk.late() || Thread.currentThread().isInterrupted()) {
        throw new org.apache.kafka.common.errors.TimeoutException(
            "topics that were made did not appear in time");
      }
      found = KnownTopics.partitions(talk, its);
    }
    return found;
  }

  private static void requireOnePartition(Group group, Map<String, Integer> partitions) {
    partitions.forEach(
        (topic, count) -> {
          if (count > 1) {
            throw new ConfigurationException(
                "The group %s wants one order for all, and the topic %s has %d partitions; give the topic one, or ask for order: key"
                    .formatted(group.name(), topic, count),
                null);
          }
        });
  }

  /**
   * Commits where the group begins. The ends are asked for first: what is published once this call
   * or another one like it has returned lies behind them, whichever of the calls commits last.
   */
  private void positions(
      Talk talk, Group group, Start start, boolean before, Map<String, Integer> partitions) {
    Map<TopicPartition, Long> ends = ends(talk, partitions);
    String id = names.group(group.name());
    Map<TopicPartition, OffsetAndMetadata> had = Positions.of(talk, id);
    Map<TopicPartition, OffsetAndMetadata> begins =
        Positions.begins(
            talk, ends, had, Set.of(names.inbox(group.name())), start, before, group.since());
    if (begins.isEmpty()) {
      return;
    }
    try {
      talk.answer(talk.admin().alterConsumerGroupOffsets(id, begins).all());
      owed.remove(group.name());
    } catch (UnknownMemberIdException | GroupNotEmptyException | RebalanceInProgressException e) {
      // It has members, and they alone may commit.
      owed.put(group.name(), begins);
    } catch (KafkaException e) {
      if (!(e.getCause() instanceof UnknownMemberIdException)) {
        throw e;
      }
      owed.put(group.name(), begins);
    }
  }

  /**
   * Where a member begins in partitions that it has been given and the group has no position in.
   */
  Map<TopicPartition, OffsetAndMetadata> begins(
      Talk talk, Group group, Start start, Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> begins =
        Positions.begins(
            talk,
            Positions.ends(talk, partitions),
            Positions.of(talk, names.group(group.name())),
            Set.of(names.inbox(group.name())),
            start,
            true,
            group.since());
    begins.keySet().retainAll(partitions);
    begins.putAll(only(owed.getOrDefault(group.name(), Map.of()), begins.keySet()));
    return begins;
  }

  private static Map<TopicPartition, OffsetAndMetadata> only(
      Map<TopicPartition, OffsetAndMetadata> all, Set<TopicPartition> wanted) {
    Map<TopicPartition, OffsetAndMetadata> some = new HashMap<>(all);
    some.keySet().retainAll(wanted);
    return some;
  }

  private static List<TopicPartition> all(Map<String, Integer> partitions) {
    List<TopicPartition> all = new ArrayList<>();
    partitions.forEach(
        (topic, count) -> {
          for (int n = 0; n < count; n++) {
            all.add(new TopicPartition(topic, n));
          }
        });
    return all;
  }

  /** From now on the group is meant to be like this. */
  void changed(Group now) {
    groups.computeIfPresent(now.name(), (name, d) -> new Declared(now, d.start()));
  }

  void removed(Group group) {
    groups.remove(group.name());
    owed.remove(group.name());
    known.forget(names.inbox(group.name()));
  }
}

package io.postbus.driver.kafka;

import io.postbus.driver.kafka.KafkaCalls.Talk;
import io.postbus.spi.Backlog;
import io.postbus.spi.Group;
import io.postbus.spi.Start;
import io.postbus.spi.TopicSpec;
import io.postbus.spi.Topology;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Topics, inboxes and groups' positions. */
final class KafkaTopology implements Topology {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaTopology.class);
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final KafkaCalls calls;
  private final KafkaNames names;
  private final Declarations declarations;
  private final GroupControl control;

  KafkaTopology(
      KafkaCalls calls, KafkaNames names, Declarations declarations, GroupControl control) {
    this.calls = calls;
    this.names = names;
    this.declarations = declarations;
    this.control = control;
  }

  private interface Action {
    void by(Talk talk);
  }

  private void act(String doing, Action action) {
    calls.call(
        doing,
        talk -> {
          action.by(talk);
          return true;
        });
  }

  @Override
  public void declare(TopicSpec topic) {
    act("Declaring the topic " + topic.name(), talk -> declarations.topic(talk, topic));
  }

  @Override
  public void declare(Group group, Start start) {
    act("Declaring the group " + group.name(), talk -> declarations.group(talk, group, start));
  }

  @Override
  public void retire(Group before, Group now) {
    act("Changing the group " + now.name(), talk -> retire(talk, before, now));
  }

  private void retire(Talk talk, Group before, Group now) {
    declarations.changed(now);
    String group = names.group(now.name());
    Set<TopicPartition> gone = new HashSet<>();
    for (TopicPartition p : Positions.of(talk, group).keySet()) {
      String topic = names.topicOf(p.topic());
      if (before.topics().contains(topic) && !now.topics().contains(topic)) {
        gone.add(p);
      }
    }
    try {
      if (!gone.isEmpty()) {
        talk.answer(talk.admin().deleteConsumerGroupOffsets(group, gone).all());
      }
    } catch (GroupSubscribedToTopicException e) {
      LOG.info("{} still has members that read what it is to leave: {}", group, gone);
    } catch (GroupIdNotFoundException e) {
      // It has no position left at all.
    }
  }

  @Override
  public void remove(Group group) {
    act("Removing the group " + group.name(), talk -> remove(talk, group));
  }

  private void remove(Talk talk, Group group) {
    declarations.removed(group);
    deleteInbox(talk, names.inbox(group.name()));
    String id = names.group(group.name());
    control.leave(group.name());
    while (!deleteGroup(talk, id)) {
      if (talk.late() || Thread.currentThread().isInterrupted()) {
        throw new TimeoutException("its members did not leave in time");
      }
      control.leave(group.name());
      // Members that have not heard that they should leave.
      try {
        talk.answer(
            talk.admin()
                .removeMembersFromConsumerGroup(id, new RemoveMembersFromConsumerGroupOptions())
                .all());
      } catch (KafkaException e) {
        LOG.debug("Members of {} could not be removed", id, e);
      }
      LockSupport.parkNanos(this, AGAIN_NANOS);
    }
  }

  private static void deleteInbox(Talk talk, String inbox) {
    try {
      talk.answer(talk.admin().deleteTopics(List.of(inbox)).all());
    } catch (UnknownTopicOrPartitionException e) {
      // Gone already.
    }
  }

  /** False if it still has members. */
  private static boolean deleteGroup(Talk talk, String id) {
    try {
      talk.answer(talk.admin().deleteConsumerGroups(List.of(id)).all());
      return true;
    } catch (GroupIdNotFoundException e) {
      return true;
    } catch (GroupNotEmptyException e) {
      return false;
    }
  }

  @Override
  public boolean hasGroups(String topic) {
    return calls.call("Asking for groups of the topic " + topic, talk -> hasGroups(talk, topic));
  }

  private boolean hasGroups(Talk talk, String topic) {
    TopicPartition first = new TopicPartition(names.topic(topic), 0);
    Map<String, ListConsumerGroupOffsetsSpec> asked = new HashMap<>();
    for (GroupListing group : talk.answer(talk.admin().listGroups().all())) {
      asked.put(
          group.groupId(), new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(first)));
    }
    if (asked.isEmpty()) {
      return false;
    }
    var found = talk.admin().listConsumerGroupOffsets(asked);
    for (String group : asked.keySet()) {
      try {
        if (talk.answer(found.partitionsToOffsetAndMetadata(group)).get(first) != null) {
          return true;
        }
      } catch (TimeoutException e) {
        throw e;
      } catch (ApiException e) {
        LOG.debug("The positions of {} are not to be had", group, e);
      }
    }
    return false;
  }

  @Override
  public Backlog backlog(Group group) {
    return calls.call("Asking for the backlog of " + group.name(), talk -> backlog(talk, group));
  }

  private Backlog backlog(Talk talk, Group group) {
    Lag lag = lag(talk, group);
    if (lag.positions().isEmpty()) {
      return Backlog.NONE;
    }
    int members = members(talk, group);
    long out = members == 0 ? 0 : Math.max(lag.out(), control.out(group.name()));
    return new Backlog(
        Math.max(0, lag.messages() - out), OptionalLong.of(out), OptionalInt.of(members));
  }

  /**
   * How far a group is behind.
   *
   * @param positions where it would be if it had nothing to do any more
   * @param out of the messages, how many members said they hold
   */
  private record Lag(Map<TopicPartition, OffsetAndMetadata> positions, long messages, long out) {}

  private Lag lag(Talk talk, Group group) {
    Map<TopicPartition, OffsetAndMetadata> positions =
        Positions.of(talk, names.group(group.name()));
    Set<String> its = new HashSet<>(List.of(names.inbox(group.name())));
    group.topics().forEach(topic -> its.add(names.topic(topic)));
    positions.keySet().removeIf(p -> !its.contains(p.topic()));
    Map<TopicPartition, Long> ends = Positions.ends(talk, positions.keySet());
    Map<TopicPartition, Long> begins = Positions.earliest(talk, positions.keySet());
    Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
    long messages = 0;
    long out = 0;
    for (Map.Entry<TopicPartition, OffsetAndMetadata> e : positions.entrySet()) {
      long end = ends.getOrDefault(e.getKey(), 0L);
      long at = Math.max(e.getValue().offset(), begins.getOrDefault(e.getKey(), 0L));
      Progress progress = Progress.read(e.getValue());
      messages += Math.max(0, end - at - progress.finished());
      out += progress.out();
      done.put(e.getKey(), new OffsetAndMetadata(end));
    }
    return new Lag(done, messages, out);
  }

  private int members(Talk talk, Group group) {
    String id = names.group(group.name());
    try {
      return talk.answer(talk.admin().describeConsumerGroups(List.of(id)).all()).values().stream()
          .mapToInt(found -> found.members().size())
          .sum();
    } catch (GroupIdNotFoundException e) {
      return 0;
    }
  }

  @Override
  public long purge(Group group) {
    return calls.call("Purging the group " + group.name(), talk -> purge(talk, group));
  }

  private long purge(Talk talk, Group group) {
    Lag lag = lag(talk, group);
    if (lag.positions().isEmpty()) {
      return 0;
    }
    if (members(talk, group) > 0) {
      return control.purge(group.name(), lag.positions().keySet(), talk);
    }
    talk.answer(
        talk.admin().alterConsumerGroupOffsets(names.group(group.name()), lag.positions()).all());
    return lag.messages();
  }
}

package io.postbus.driver.kafka;

import io.postbus.driver.kafka.KafkaCalls.Talk;
import io.postbus.spi.Start;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Where topics begin and end, and where groups are in them. Stateless; blocking. */
final class Positions {
  private Positions() {}

  /** Where the group is, in every partition that it has a position in. */
  static Map<TopicPartition, OffsetAndMetadata> of(Talk talk, String group) {
    Map<TopicPartition, OffsetAndMetadata> found = new HashMap<>();
    try {
      talk.answer(
              talk.admin()
                  .listConsumerGroupOffsets(group, new ListConsumerGroupOffsetsOptions())
                  .partitionsToOffsetAndMetadata())
          .forEach(
              (partition, position) -> {
                if (position != null) {
                  found.put(partition, position);
                }
              });
    } catch (GroupIdNotFoundException e) {
      // It has none.
    }
    return found;
  }

  static Map<TopicPartition, Long> earliest(Talk talk, Collection<TopicPartition> partitions) {
    return offsets(talk, partitions, p -> OffsetSpec.earliest());
  }

  static Map<TopicPartition, Long> ends(Talk talk, Collection<TopicPartition> partitions) {
    return offsets(talk, partitions, p -> OffsetSpec.latest());
  }

  /** The first message that is not older than the moment; the end if there is none. */
  static Map<TopicPartition, Long> since(
      Talk talk, Collection<TopicPartition> partitions, Instant moment) {
    Map<TopicPartition, Long> found =
        offsets(talk, partitions, p -> OffsetSpec.forTimestamp(moment.toEpochMilli()));
    Map<TopicPartition, Long> ends = ends(talk, partitions);
    ends.forEach((p, end) -> found.merge(p, end, (at, e) -> at < 0 ? e : at));
    return found;
  }

  private static Map<TopicPartition, Long> offsets(
      Talk talk, Collection<TopicPartition> partitions, Function<TopicPartition, OffsetSpec> spec) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(p -> asked.put(p, spec.apply(p)));
    Map<TopicPartition, Long> found = new HashMap<>();
    if (!asked.isEmpty()) {
      Map<TopicPartition, ListOffsetsResultInfo> answer =
          talk.answer(talk.admin().listOffsets(asked).all());
      answer.forEach((p, info) -> found.put(p, info.offset()));
    }
    return found;
  }

  /**
   * Where a group begins in partitions in which it has no position.
   *
   * @param ends where they ended before anybody looked for positions
   * @param had the positions that it has
   * @param before whether it was there before, perhaps for so long without a member that the broker
   *     has forgotten its positions
   */
  static Map<TopicPartition, OffsetAndMetadata> begins(
      Talk talk,
      Map<TopicPartition, Long> ends,
      Map<TopicPartition, OffsetAndMetadata> had,
      Set<String> fromTheFirst,
      Start start,
      boolean before,
      Instant since) {
    Map<TopicPartition, Long> late = new HashMap<>(ends);
    late.keySet().removeAll(had.keySet());
    Map<TopicPartition, Long> early = new HashMap<>();
    late.keySet()
        .removeIf(
            p -> {
              boolean first =
                  start == Start.EARLIEST
                      || fromTheFirst.contains(p.topic())
                      // A partition that was added later: all of it is younger than the group.
                      || had.keySet().stream().anyMatch(h -> h.topic().equals(p.topic()));
              if (first) {
                early.put(p, 0L);
              }
              return first;
            });
    Map<TopicPartition, OffsetAndMetadata> begins = new HashMap<>();
    if (before && had.isEmpty()) {
      since(talk, late.keySet(), since).forEach((p, at) -> late.merge(p, at, Math::min));
    }
    late.forEach((p, at) -> begins.put(p, new OffsetAndMetadata(at)));
    earliest(talk, early.keySet()).forEach((p, at) -> begins.put(p, new OffsetAndMetadata(at)));
    return begins;
  }
}

package io.postbus.driver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.driver.kafka.ByNumber.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ByNumberTest {
  private static final Map<String, Integer> SIZES = Map.of("topic", 6, "inbox", 6);
  private static final List<String> TOPICS = List.of("topic", "inbox");

  @Test
  void aNumberOfAllTopicsGoesToOneMember() {
    Map<String, List<TopicPartition>> all =
        ByNumber.assign(SIZES, List.of(fresh("a"), fresh("b"), fresh("c"), fresh("d")));
    assertThat(all.values().stream().flatMap(List::stream)).hasSize(12).doesNotHaveDuplicates();
    all.values()
        .forEach(
            its -> {
              assertThat(numbers(its, "topic")).isEqualTo(numbers(its, "inbox"));
              assertThat(numbers(its, "topic").size()).isBetween(1, 2);
            });
  }

  @Test
  void whoJoinsGetsWhatOthersHaveLetGo() {
    Member old = owning("a", Map.of(), 0, 1, 2, 3, 4, 5);
    Map<String, List<TopicPartition>> first = ByNumber.assign(SIZES, List.of(old, fresh("b")));
    assertThat(numbers(of(first, "a"), "topic")).hasSize(3);
    assertThat(of(first, "b")).as("while the other still has them").isEmpty();
    Member left = new Member("a", TOPICS, of(first, "a"), Map.of());
    Map<String, List<TopicPartition>> then = ByNumber.assign(SIZES, List.of(left, fresh("b")));
    assertThat(of(then, "a")).containsExactlyInAnyOrderElementsOf(of(first, "a"));
    assertThat(numbers(of(then, "b"), "inbox")).hasSize(3);
  }

  @Test
  void busyNumbersStay() {
    Member old = owning("a", Map.of(4, 10, 5, 1, 1, 3), 0, 1, 2, 3, 4, 5);
    Map<String, List<TopicPartition>> all = ByNumber.assign(SIZES, List.of(old, fresh("b")));
    assertThat(numbers(of(all, "a"), "topic")).containsExactlyInAnyOrder(1, 4, 5);
  }

  @Test
  void whoLeavesLeavesItsNumbersToTheOthersWhoKeepTheirs() {
    Member one = owning("a", Map.of(), 0, 1);
    Member two = owning("b", Map.of(), 2, 3);
    Map<String, List<TopicPartition>> all = ByNumber.assign(SIZES, List.of(one, two));
    assertThat(numbers(of(all, "a"), "topic")).contains(0, 1).hasSize(3);
    assertThat(numbers(of(all, "b"), "topic")).contains(2, 3).hasSize(3);
  }

  @Test
  void topicsOfOnePartitionAllGoToOneMember() {
    Map<String, Integer> single = Map.of("topic", 1, "inbox", 1);
    Map<String, List<TopicPartition>> all =
        ByNumber.assign(single, List.of(fresh("a"), fresh("b")));
    assertThat(all.values().stream().map(List::size)).containsExactlyInAnyOrder(0, 2);
  }

  @Test
  void aTopicIsReadByThoseWhoSubscribeToIt() {
    Member with = new Member("a", List.of("topic", "inbox", "more"), List.of(), Map.of());
    Map<String, Integer> sizes = Map.of("topic", 2, "inbox", 2, "more", 2);
    Map<String, List<TopicPartition>> all = ByNumber.assign(sizes, List.of(with, fresh("b")));
    assertThat(numbers(of(all, "a"), "more")).containsExactlyInAnyOrder(0, 1);
    assertThat(all.values().stream().flatMap(List::stream)).hasSize(6).doesNotHaveDuplicates();
  }

  private static List<TopicPartition> of(Map<String, List<TopicPartition>> all, String member) {
    return all.getOrDefault(member, List.of());
  }

  private static Member fresh(String id) {
    return new Member(id, TOPICS, List.of(), Map.of());
  }

  private static Member owning(String id, Map<Integer, Integer> busy, int... numbers) {
    List<TopicPartition> owned = new ArrayList<>();
    for (int n : numbers) {
      TOPICS.forEach(topic -> owned.add(new TopicPartition(topic, n)));
    }
    return new Member(id, TOPICS, owned, busy);
  }

  private static Set<Integer> numbers(List<TopicPartition> partitions, String topic) {
    return partitions.stream()
        .filter(p -> p.topic().equals(topic))
        .map(TopicPartition::partition)
        .collect(Collectors.toSet());
  }
}

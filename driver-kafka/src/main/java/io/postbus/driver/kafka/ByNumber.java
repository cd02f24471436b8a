package io.postbus.driver.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.TopicPartition;

/**
 * Who gets which partitions: a member gets the same numbers of all topics of the group. A key's
 * messages in a topic and in the group's inbox, which have one number where both have as many
 * partitions, are so never with two members; and whoever has a number has a partition of the inbox.
 * Members keep what they have as far as shares stay equal, and rather what they are busy with.
 */
final class ByNumber {
  /** The key of the property that has the member's {@link Busy}. */
  static final String BUSY = "postbus.busy";

  private ByNumber() {}

  /** Tells how many messages of each number are with handlers. */
  interface Busy {
    Map<Integer, Integer> byNumber();
  }

  /** Made by Kafka's consumer, which therefore has to see it. */
  public static final class Assignor implements ConsumerPartitionAssignor, Configurable {
    private Busy busy = Map::of;

    /** For Kafka's consumer. */
    public Assignor() {}

    @Override
    public void configure(Map<String, ?> configs) {
      if (configs.get(BUSY) instanceof Busy known) {
        busy = known;
      }
    }

    @Override
    public String name() {
      return "postbus-by-number";
    }

    /** Cooperative: what stays with a member is not touched. */
    @Override
    public List<RebalanceProtocol> supportedProtocols() {
      return List.of(RebalanceProtocol.COOPERATIVE, RebalanceProtocol.EAGER);
    }

    @Override
    public ByteBuffer subscriptionUserData(Set<String> topics) {
      Map<Integer, Integer> all = busy.byNumber();
      ByteBuffer data = ByteBuffer.allocate(all.size() * 8);
      all.forEach((number, out) -> data.putInt(number).putInt(out));
      return data.flip();
    }

    @Override
    public GroupAssignment assign(Cluster cluster, GroupSubscription group) {
      Map<String, Integer> sizes = new TreeMap<>();
      List<Member> members = new ArrayList<>();
      group
          .groupSubscription()
          .forEach(
              (id, s) -> {
                members.add(Member.of(id, s));
                for (String topic : s.topics()) {
                  Integer size = cluster.partitionCountForTopic(topic);
                  sizes.put(topic, size == null ? 0 : size);
                }
              });
      members.sort(Comparator.comparing(Member::id));
      Map<String, Assignment> all = new HashMap<>();
      ByNumber.assign(sizes, members)
          .forEach((id, partitions) -> all.put(id, new Assignment(partitions)));
      return new GroupAssignment(all);
    }
  }

  /**
   * One that shares.
   *
   * @param owned what it has had so far
   * @param busy how many messages of each number it has out
   */
  record Member(
      String id, List<String> topics, List<TopicPartition> owned, Map<Integer, Integer> busy) {
    private static Member of(String id, ConsumerPartitionAssignor.Subscription s) {
      Map<Integer, Integer> busy = new HashMap<>();
      ByteBuffer data = s.userData();
      if (data != null) {
        ByteBuffer in = data.duplicate();
        while (in.remaining() >= 8) {
          busy.put(in.getInt(), in.getInt());
        }
      }
      return new Member(id, s.topics(), s.ownedPartitions(), busy);
    }

    /** The numbers it has, those first that it would rather keep. */
    private List<Integer> numbers() {
      return owned.stream()
          .map(TopicPartition::partition)
          .distinct()
          .sorted(
              Comparator.comparing((Integer n) -> -busy.getOrDefault(n, 0))
                  .thenComparing(Comparator.naturalOrder()))
          .toList();
    }
  }

  /** Each member's partitions, without those that another still has to let go. */
  static Map<String, List<TopicPartition>> assign(
      Map<String, Integer> sizes, List<Member> members) {
    int numbers = sizes.values().stream().mapToInt(n -> n).max().orElse(0);
    Map<Integer, Member> of = share(numbers, members);
    Map<TopicPartition, String> owners = new HashMap<>();
    members.forEach(m -> m.owned().forEach(p -> owners.put(p, m.id())));
    Map<String, List<TopicPartition>> all = new HashMap<>();
    members.forEach(m -> all.put(m.id(), new ArrayList<>()));
    sizes.forEach(
        (topic, size) -> {
          for (int n = 0; n < size; n++) {
            TopicPartition p = new TopicPartition(topic, n);
            String to = reader(topic, n, of, members);
            if (owners.getOrDefault(p, to).equals(to)) {
              all.getOrDefault(to, new ArrayList<>()).add(p);
            }
          }
        });
    return all;
  }

  /** Who has the number, or if that one does not read the topic, somebody who does. */
  private static String reader(
      String topic, int number, Map<Integer, Member> of, List<Member> members) {
    Member first = of.get(number);
    if (first != null && first.topics().contains(topic)) {
      return first.id();
    }
    List<Member> readers = members.stream().filter(m -> m.topics().contains(topic)).toList();
    return readers.isEmpty() ? "" : readers.get(number % readers.size()).id();
  }

  private static Map<Integer, Member> share(int numbers, List<Member> members) {
    Map<Integer, Member> of = new TreeMap<>();
    int least = numbers / members.size();
    int more = numbers % members.size();
    Map<Member, Integer> has = new HashMap<>();
    // Those who have most are first to keep one more than the least.
    List<Member> byOwned = new ArrayList<>(members);
    byOwned.sort(Comparator.comparing(m -> -m.numbers().size()));
    for (Member m : byOwned) {
      int quota = least + (more > 0 ? 1 : 0);
      int kept = 0;
      for (int n : m.numbers()) {
        if (kept < quota && n < numbers && of.putIfAbsent(n, m) == null) {
          kept++;
        }
      }
      more -= kept > least ? 1 : 0;
      has.put(m, kept);
    }
    for (int n = 0; n < numbers; n++) {
      if (!of.containsKey(n)) {
        Member fewest =
            members.stream().min(Comparator.comparing(m -> has.getOrDefault(m, 0))).orElseThrow();
        of.put(n, fewest);
        has.merge(fewest, 1, Integer::sum);
      }
    }
    return of;
  }
}

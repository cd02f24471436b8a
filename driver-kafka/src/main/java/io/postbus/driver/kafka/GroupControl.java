package io.postbus.driver.kafka;

import io.postbus.spi.Signals.Listening;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Speaks with the members of a group, wherever they are: Kafka lets nobody but members change the
 * positions of a group that has some. Signals may be lost, so they are repeated until answered.
 * Thread-safe.
 */
final class GroupControl {
  private static final long REPEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final KafkaSignals signals;
  private final Map<Keeper, Membership> members = new ConcurrentHashMap<>();

  /** A member of this process, and what it has dropped for the purge that was asked for last. */
  private static final class Membership {
    final Keeper keeper;
    String purge = "";
    final Map<TopicPartition, Long> dropped = new HashMap<>();
    Listening listening = () -> {};

    Membership(Keeper keeper) {
      this.keeper = keeper;
    }
  }

  GroupControl(KafkaSignals signals) {
    this.signals = signals;
  }

  static String subject(String group) {
    return "postbus.group." + group;
  }

  void join(Keeper keeper) {
    Membership m = new Membership(keeper);
    members.put(keeper, m);
    m.listening = signals.listen(subject(keeper.group().name()), text -> heard(m, text));
  }

  void left(Keeper keeper) {
    Membership m = members.remove(keeper);
    if (m != null) {
      m.listening.close();
    }
  }

  private void heard(Membership m, String text) {
    String[] words = text.split(" ");
    switch (words[0]) {
      case "leave" -> m.keeper.expel();
      case "purge" -> m.keeper.soon(() -> purge(m, words[1]));
      case "full" -> m.keeper.soon(() -> m.keeper.sharing().heardFull(words[1]));
      case "ask" -> {
        int room = Integer.parseInt(words[2]);
        int partition = Integer.parseInt(words[3]);
        m.keeper.soon(() -> m.keeper.sharing().heardAsk(words[1], room, partition));
      }
      default -> {
        // An answer, or a word of a later version.
      }
    }
  }

  /** On the keeper's thread. */
  private void purge(Membership m, String id) {
    if (!m.purge.equals(id)) {
      m.purge = id;
      m.dropped.clear();
    }
    m.keeper.purge().forEach((p, count) -> m.dropped.merge(p, count, Long::sum));
    m.dropped.forEach(
        (p, count) ->
            signals.send(
                subject(m.keeper.group().name()),
                "purged %s %s %d %d".formatted(id, p.topic(), p.partition(), count)));
  }

  /** Tells all members that the group is no more. */
  void leave(String group) {
    for (Membership m : members.values()) {
      if (m.keeper.group().name().equals(group)) {
        m.keeper.expel();
      }
    }
    signals.send(subject(group), "leave");
  }

  /** How many messages the group's members of this process have out. */
  long out(String group) {
    return members.keySet().stream()
        .filter(k -> k.group().name().equals(group))
        .mapToLong(k -> k.held().out())
        .sum();
  }

  /** Has the members drop what they have not handed out, and returns how many that were. */
  long purge(String group, Set<TopicPartition> partitions, KafkaCalls.Talk talk) {
    String id = UUID.randomUUID().toString();
    Map<TopicPartition, Long> dropped = new ConcurrentHashMap<>();
    Listening listening =
        signals.listen(
            subject(group),
            text -> {
              String[] words = text.split(" ");
              if (words[0].equals("purged") && words[1].equals(id)) {
                TopicPartition p = new TopicPartition(words[2], Integer.parseInt(words[3]));
                dropped.put(p, Long.parseLong(words[4]));
              }
            });
    try (listening) {
      long again = System.nanoTime();
      while (!dropped.keySet().containsAll(partitions)) {
        if (talk.late() || Thread.currentThread().isInterrupted()) {
          throw new TimeoutException("not every member answered in time");
        }
        if (System.nanoTime() - again >= 0) {
          signals.send(subject(group), "purge " + id);
          again = System.nanoTime() + REPEAT_NANOS;
        }
        LockSupport.parkNanos(this, LOOK_NANOS);
      }
    }
    return dropped.values().stream().mapToLong(n -> n).sum();
  }
}

package io.postbus.driver.memory;

import io.postbus.message.Message;
import io.postbus.spi.TypeFilter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The topics and groups of a broker, and the way of a message to its groups. Names are those on the
 * broker. Publishing and looking up are thread-safe; changes are made under the broker's lock.
 */
final class Routes {
  private final Room room;
  private final Map<String, Topic> topics = new ConcurrentHashMap<>();
  private final Map<String, GroupQueue> queues = new ConcurrentHashMap<>();

  Routes(Room room) {
    this.room = room;
  }

  /** What has become of a message. */
  enum Taken {
    YES,
    /** No group wants it; nothing has it. */
    UNROUTABLE,
    /** A group that wants it is full, or all together are; nothing has it. */
    FULL,
    /** It never fits; nothing has it. */
    TOO_LARGE
  }

  Taken toTopic(String name, Message message) {
    Topic topic = topics.get(name);
    if (topic == null) {
      return Taken.UNROUTABLE;
    }
    Taken taken = offer(message, topic.wanting(message.type()));
    return topic.taps.isEmpty() ? taken : alsoTo(topic.taps, message, taken);
  }

  Taken toGroup(String name, Message message) {
    GroupQueue queue = queues.get(name);
    return queue == null ? Taken.UNROUTABLE : offer(message, queue);
  }

  @Nullable GroupQueue queue(String name) {
    return queues.get(name);
  }

  boolean hasGroups(String topic) {
    Topic t = topics.get(topic);
    return t != null && t.hasGroups();
  }

  Topic topic(String name) {
    return topics.computeIfAbsent(name, n -> new Topic());
  }

  /** The group of this name, made if there is none. */
  GroupQueue group(String name) {
    return queues.computeIfAbsent(name, n -> new GroupQueue(n, room));
  }

  void bind(GroupQueue queue, Collection<String> on, TypeFilter types) {
    on.forEach(t -> topic(t).bind(queue, types));
  }

  /** Takes these patterns of the topic from the group. */
  void retire(String name, String topic, Set<String> patterns) {
    GroupQueue queue = queues.get(name);
    if (queue != null) {
      topic(topic).unbind(queue, patterns);
    }
  }

  /** Takes the group away and returns it; its members are still to be told. */
  @Nullable GroupQueue remove(String name) {
    GroupQueue queue = queues.remove(name);
    if (queue != null) {
      topics.values().forEach(t -> t.unbind(queue));
    }
    return queue;
  }

  Set<String> groups() {
    return new TreeSet<>(queues.keySet());
  }

  void clearTopics() {
    topics.clear();
  }

  /** A reader from outside is as good as a group, but holds back nobody. */
  private static Taken alsoTo(List<Consumer<Message>> taps, Message message, Taken taken) {
    if (taken == Taken.FULL || taken == Taken.TOO_LARGE) {
      return taken;
    }
    taps.forEach(t -> t.accept(message));
    return Taken.YES;
  }

  /** To all of them or to none. */
  private Taken offer(Message message, GroupQueue... to) {
    if (to.length == 0) {
      return Taken.UNROUTABLE;
    }
    int footprint = Footprint.of(message);
    long together = (long) footprint * to.length;
    if (!room.fits(together)) {
      return Taken.TOO_LARGE;
    }
    if (!room.reserve(together)) {
      return Taken.FULL;
    }
    int locked = 0;
    boolean taken = false;
    try {
      while (locked < to.length) {
        to[locked++].lock();
      }
      taken = haveRoom(to);
      for (int i = 0; taken && i < to.length; i++) {
        to[i].add(message, footprint);
      }
    } finally {
      while (locked > 0) {
        to[--locked].unlock();
      }
    }
    if (!taken) {
      room.release(together);
    }
    return taken ? Taken.YES : Taken.FULL;
  }

  private static boolean haveRoom(GroupQueue[] queues) {
    boolean all = true;
    for (GroupQueue q : queues) {
      all &= q.hasRoom();
    }
    return all;
  }
}

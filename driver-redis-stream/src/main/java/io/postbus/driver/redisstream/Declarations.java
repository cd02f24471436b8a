package io.postbus.driver.redisstream;

import io.postbus.spi.Group;
import io.postbus.spi.Start;
import io.postbus.spi.TopicSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * What has been declared by this driver, and how; declared again whenever the server has been
 * found, for it may have lost it. Thread-safe.
 */
final class Declarations {
  /** Makes the stream, empty and without a group; says whether the key is something else. */
  private static final Script TOPIC =
      new Script(
          """
          if redis.call('EXISTS', KEYS[1]) == 0 then
            redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '$', 'MKSTREAM')
            redis.call('XGROUP', 'DESTROY', KEYS[1], ARGV[1])
          end
          return redis.call('XLEN', KEYS[1])
          """);

  /**
   * Makes the group. In a stream that is not there it gets everything: nothing in it is older than
   * the group. Returns the server's time in ms.
   */
  private static final Script GROUP =
      new Script(
          """
          local start = ARGV[2]
          if redis.call('EXISTS', KEYS[1]) == 0 then start = '0' end
          local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], start, 'MKSTREAM')
          if made.err and string.sub(made.err, 1, 9) ~= 'BUSYGROUP' then return made end
          return redis.call('TIME')[1] .. '000'
          """);

  private static final String END = "$";
  private static final String BEGINNING = "0";
  private static final String TEMPORARY = "postbus:none";

  private final RedisNames names;
  private final Map<String, Optional<Duration>> topics = new ConcurrentHashMap<>();
  private final Map<String, Declared> groups = new ConcurrentHashMap<>();

  /**
   * A group, and the id after which everything is new to it.
   *
   * @param since an entry's id, or {@link #END} while the server has not told its time
   */
  private record Declared(Group group, String since) {}

  Declarations(RedisNames names) {
    this.names = names;
  }

  void topic(UnifiedJedis client, TopicSpec topic) {
    make(client, topic.name());
    topics.put(topic.name(), topic.retention());
  }

  void group(UnifiedJedis client, Group group, Start start) {
    String time = make(client, group, start == Start.EARLIEST ? BEGINNING : END);
    groups.put(group.name(), new Declared(group, time));
  }

  /** Somebody has declared it; if the server loses it, it begins with what is new then. */
  void remember(Group group) {
    groups.putIfAbsent(group.name(), new Declared(group, END));
  }

  /** Makes again what is missing. */
  void again(RedisServer server) {
    for (String topic : topics.keySet()) {
      make(server.client(), topic);
    }
    for (String group : groups.keySet()) {
      restore(server.client(), group);
    }
  }

  /** Makes the group again, if it is known here. */
  void restore(UnifiedJedis client, String name) {
    Declared declared = groups.get(name);
    if (declared != null) {
      make(client, declared.group(), declared.since());
    }
  }

  private void make(UnifiedJedis client, String topic) {
    TOPIC.run(client, RedisNames.bytes(names.topic(topic)), TEMPORARY);
  }

  private String make(UnifiedJedis client, Group group, String start) {
    byte[] name = RedisNames.bytes(names.group(group.name()));
    for (String topic : group.topics()) {
      GROUP.run(client, RedisNames.bytes(names.topic(topic)), name, start);
    }
    Object time = GROUP.run(client, RedisNames.bytes(names.inbox(group.name())), name, BEGINNING);
    return time instanceof byte[] b ? RedisNames.text(b) : END;
  }

  void retire(UnifiedJedis client, Group before, Group now) {
    for (String topic : before.topics()) {
      if (!now.topics().contains(topic)) {
        destroy(client, names.topic(topic), now.name());
      }
    }
    groups.computeIfPresent(now.name(), (n, d) -> new Declared(now, d.since()));
  }

  void remove(UnifiedJedis client, Group group) {
    groups.remove(group.name());
    for (String topic : group.topics()) {
      destroy(client, names.topic(topic), group.name());
    }
    client.unlink(names.inbox(group.name()));
    client.unlink(names.owner(group.name()));
  }

  private void destroy(UnifiedJedis client, String stream, String group) {
    try {
      client.executeCommand(
          new CommandArguments(Protocol.Command.XGROUP)
              .add("DESTROY")
              .key(stream)
              .add(names.group(group)));
    } catch (JedisDataException e) {
      // What is not there has no groups.
      if (!String.valueOf(e.getMessage()).contains("requires the key to exist")) {
        throw e;
      }
    }
  }

  /** The streams that a group reads, its inbox last. */
  List<StreamName> streamsOf(Group group) {
    List<StreamName> all = new ArrayList<>();
    for (String topic : group.topics()) {
      all.add(new StreamName(topic, names.topic(topic)));
    }
    String direct = group.topics().size() == 1 ? group.topics().iterator().next() : group.name();
    all.add(new StreamName(direct, names.inbox(group.name())));
    return all;
  }

  /** The streams to trim, and how long their entries are kept at least. */
  Map<String, Duration> trimmed() {
    Map<String, Duration> all = new ConcurrentHashMap<>();
    topics.forEach((t, keep) -> all.put(names.topic(t), keep.orElse(Duration.ZERO)));
    for (Declared d : groups.values()) {
      Set<String> its = d.group().topics();
      its.forEach(t -> all.putIfAbsent(names.topic(t), Duration.ZERO));
      all.put(names.inbox(d.group().name()), Duration.ZERO);
    }
    return all;
  }
}

package io.postbus.driver.redisstream;

import io.postbus.spi.Group;
import io.postbus.spi.GroupRegistry;
import io.postbus.spi.Order;
import io.postbus.spi.TypeFilter;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Groups in a hash: few, and rarely changed. Thread-safe. */
final class RedisGroupRegistry implements GroupRegistry {
  /** No name holds one of these. */
  private static final String LINE = "\n";

  private static final String ITEM = "\t";

  /** Keeps the first line of what was there, the time of the first registration. */
  private static final Script REGISTER =
      new Script(
          """
          local before = redis.call('HGET', KEYS[1], ARGV[1])
          local since = before and string.match(before, '^[^\\n]*') or ARGV[2]
          redis.call('HSET', KEYS[1], ARGV[1], since .. '\\n' .. ARGV[3])
          return before
          """);

  private final StoreAccess access;
  private final String key;

  RedisGroupRegistry(StoreAccess access) {
    this.access = access;
    this.key = access.keys().groups();
  }

  @Override
  public Optional<Group> register(Group g) {
    String rest =
        String.join(
            LINE,
            g.order().name(),
            String.join(ITEM, g.topics()),
            String.join(ITEM, g.types().patterns()));
    return access.callOnce(
        "Registering the group " + g.name(),
        client ->
            REGISTER.run(client, RedisNames.bytes(key), g.name(), g.since().toString(), rest)
                    instanceof byte[] before
                ? Optional.of(group(g.name(), RedisNames.text(before)))
                : Optional.empty());
  }

  @Override
  public void remove(String group) {
    access.call("Removing the group " + group, client -> client.hdel(key, group));
  }

  @Override
  public Optional<Group> find(String group) {
    return access.call(
        "Looking for the group " + group,
        client -> Optional.ofNullable(client.hget(key, group)).map(text -> group(group, text)));
  }

  @Override
  public List<Group> groupsOf(String topic) {
    return all().stream().filter(g -> g.topics().contains(topic)).toList();
  }

  @Override
  public List<Group> all() {
    return access.call("Listing the groups", client -> client.hgetAll(key)).entrySet().stream()
        .map(e -> group(e.getKey(), e.getValue()))
        .sorted(Comparator.comparing(Group::name))
        .toList();
  }

  private static Group group(String name, String text) {
    String[] lines = text.split(LINE, -1);
    return new Group(
        name,
        names(lines[2]),
        TypeFilter.of(names(lines[3])),
        Order.valueOf(lines[1]),
        Instant.parse(lines[0]));
  }

  private static Set<String> names(String text) {
    return text.isEmpty() ? Set.of() : Set.of(text.split(ITEM, -1));
  }
}

package io.postbus.driver.redisstream;

import io.postbus.spi.DedupStore;
import java.sql.Connection;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Marks as keys that expire by themselves, those of a group on one node. Thread-safe. */
final class RedisDedupStore implements DedupStore {
  /** Each key holds its end in ms, so that none is shortened. */
  private static final Script MARK =
      new Script(
          """
          local time = redis.call('TIME')
          if tonumber(ARGV[1]) <= time[1] * 1000 + time[2] / 1000 then return 0 end
          for _, key in ipairs(KEYS) do
            local ends = redis.call('GET', key)
            if not ends or tonumber(ends) < tonumber(ARGV[1]) then
              redis.call('SET', key, ARGV[1], 'PXAT', ARGV[1])
            end
          end
          return 1
          """);

  private final StoreAccess access;

  RedisDedupStore(StoreAccess access) {
    this.access = access;
  }

  @Override
  public Set<String> completed(String group, Collection<String> ids) {
    StoreAccess.bounded(ids.size());
    List<String> asked = List.copyOf(new TreeSet<>(ids));
    if (asked.isEmpty()) {
      return Set.of();
    }
    byte[][] keys = keys(group, asked).toArray(byte[][]::new);
    List<byte[]> found = access.call("Asking for marks", client -> client.mget(keys));
    Set<String> completed = new HashSet<>();
    for (int i = 0; i < keys.length; i++) {
      if (found.get(i) != null) {
        completed.add(asked.get(i));
      }
    }
    return completed;
  }

  @Override
  public void complete(String group, Collection<String> ids, Instant keepUntil) {
    StoreAccess.bounded(ids.size());
    if (!ids.isEmpty()) {
      List<byte[]> keys = keys(group, new TreeSet<>(ids));
      List<byte[]> until = List.of(RedisNames.bytes(Long.toString(keepUntil.toEpochMilli())));
      access.call("Marking messages", client -> String.valueOf(MARK.run(client, keys, until)));
    }
  }

  @Override
  public void forget(String group, Collection<String> ids) {
    StoreAccess.bounded(ids.size());
    if (!ids.isEmpty()) {
      byte[][] keys = keys(group, new TreeSet<>(ids)).toArray(byte[][]::new);
      access.call("Forgetting marks", client -> client.del(keys));
    }
  }

  @Override
  public boolean completeIn(Connection transaction, String group, String id, Instant keepUntil) {
    throw RedisStore.notTransactional();
  }

  private List<byte[]> keys(String group, Collection<String> ids) {
    return ids.stream().map(id -> access.keys().done(group, id)).toList();
  }
}

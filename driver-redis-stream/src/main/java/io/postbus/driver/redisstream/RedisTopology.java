package io.postbus.driver.redisstream;

import io.postbus.spi.Backlog;
import io.postbus.spi.Group;
import io.postbus.spi.Start;
import io.postbus.spi.TopicSpec;
import io.postbus.spi.Topology;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** Streams and their consumer groups, each asked for within the limit of a call. */
final class RedisTopology implements Topology {
  private static final String GIVEN_BACK = Member.GIVEN_BACK;

  /**
   * What a group has before it in one stream: entries that were not read, pending ones that were
   * given back, other pending ones; then, by ARGV, drops the first two.
   */
  private static final Script WAITING =
      new Script(
          """
          local found = redis.pcall('XINFO', 'GROUPS', KEYS[1])
          if found.err then return false end
          local last, lag
          for _, g in ipairs(found) do
            local of = {}
            for i = 1, #g, 2 do of[g[i]] = g[i + 1] end
            if of['name'] == ARGV[1] then
              last = of['last-delivered-id']
              lag = of['lag']
            end
          end
          if not last then return false end
          -- What the server counts is wrong after a failover: its replicas know which entries were
          -- read, not how many. Where there are few, they are counted here.
          local few = #redis.call('XRANGE', KEYS[1], '(' .. last, '+', 'COUNT', 100)
          if few < 100 then
            lag = few
          elseif not lag then
            lag = 0
            local from = last
            repeat
              local some = redis.call('XRANGE', KEYS[1], '(' .. from, '+', 'COUNT', 1000)
              lag = lag + #some
              if #some > 0 then from = some[#some][1] end
            until #some < 1000
          end
          local back, held = 0, 0
          local pending = redis.call('XPENDING', KEYS[1], ARGV[1])
          for _, c in ipairs(pending[4] or {}) do
            if c[1] == ARGV[2] then back = tonumber(c[2]) else held = held + tonumber(c[2]) end
          end
          if ARGV[3] == 'drop' then
            redis.call('XGROUP', 'SETID', KEYS[1], ARGV[1], '$')
            repeat
              local some = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 500, ARGV[2])
              for _, p in ipairs(some) do redis.call('XACK', KEYS[1], ARGV[1], p[1]) end
            until #some == 0
          end
          local members = 0
          for _, c in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
            local of = {}
            for i = 1, #c, 2 do of[c[i]] = c[i + 1] end
            if of['name'] ~= ARGV[2] and of['idle'] < tonumber(ARGV[4]) then
              members = members + 1
            end
          end
          return {lag, back, held, members}
          """);

  private final RedisCalls calls;
  private final RedisNames names;
  private final Declarations declarations;
  private final long silentMillis;

  /**
   * @param silentMillis a member that has not been heard of for so long is none
   */
  RedisTopology(RedisCalls calls, RedisNames names, Declarations declarations, long silentMillis) {
    this.calls = calls;
    this.names = names;
    this.declarations = declarations;
    this.silentMillis = silentMillis;
  }

  @Override
  public void declare(TopicSpec topic) {
    act("Declaring the topic " + topic.name(), c -> declarations.topic(c, topic));
  }

  @Override
  public void declare(Group group, Start start) {
    act("Declaring the group " + group.name(), c -> declarations.group(c, group, start));
  }

  @Override
  public void retire(Group before, Group now) {
    act("Changing the group " + now.name(), c -> declarations.retire(c, before, now));
  }

  @Override
  public void remove(Group group) {
    act("Removing the group " + group.name(), c -> declarations.remove(c, group));
  }

  @Override
  public boolean hasGroups(String topic) {
    return calls.call(
        "Asking for groups of the topic " + topic, c -> hasGroups(c, names.topic(topic)));
  }

  private static boolean hasGroups(UnifiedJedis client, String stream) {
    try {
      Object groups =
          client.executeCommand(
              new CommandArguments(Protocol.Command.XINFO).add("GROUPS").key(stream));
      return groups instanceof List<?> all && !all.isEmpty();
    } catch (JedisDataException e) {
      if (isNoKey(e)) {
        return false;
      }
      throw e;
    }
  }

  private static boolean isNoKey(JedisDataException e) {
    return String.valueOf(e.getMessage()).contains("no such key");
  }

  @Override
  public Backlog backlog(Group group) {
    return calls.call(
        "Asking for the backlog of " + group.name(), c -> waiting(c, group, false).backlog());
  }

  @Override
  public long purge(Group group) {
    return calls.call(
        "Purging the group " + group.name(), c -> waiting(c, group, true).sum().ready());
  }

  private Waiting waiting(UnifiedJedis client, Group group, boolean drop) {
    Waiting sum = new Waiting();
    byte[] name = RedisNames.bytes(names.group(group.name()));
    for (StreamName stream : declarations.streamsOf(group)) {
      Object answer =
          WAITING.run(client, stream.key(), name, GIVEN_BACK, drop ? "drop" : "", silentMillis);
      if (answer instanceof List<?> found) {
        sum.add(found);
      }
    }
    return sum;
  }

  /** The sum over a group's streams. */
  private static final class Waiting {
    private boolean exists;
    private long ready;
    private long held;
    private long members;

    void add(List<?> found) {
      exists = true;
      ready += (Long) found.get(0) + (Long) found.get(1);
      held += (Long) found.get(2);
      members = Math.max(members, (Long) found.get(3));
    }

    Backlog sum() {
      return new Backlog(ready, OptionalLong.of(held), OptionalInt.of((int) members));
    }

    Backlog backlog() {
      return exists ? sum() : Backlog.NONE;
    }
  }

  private interface Action {
    void run(UnifiedJedis client);
  }

  private void act(String doing, Action action) {
    calls.call(
        doing,
        c -> {
          action.run(c);
          return true;
        });
  }
}

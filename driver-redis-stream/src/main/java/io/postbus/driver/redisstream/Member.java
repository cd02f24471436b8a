package io.postbus.driver.redisstream;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.UnifiedJedis;

/** A member as the server knows it, and what is done in its name. Thread-safe. */
final class Member {
  /** Holds what was given back, so that whoever left can be removed. */
  static final String GIVEN_BACK = "postbus:given-back";

  /** Longer than anybody waits before claiming: what was given back may be claimed at once. */
  private static final long LONG_IDLE_MILLIS = 8 * 86_400_000L;

  /** Renews what the member holds; returns the ids. */
  private static final Script RENEW =
      new Script(
          """
          local mine, from = {}, '-'
          repeat
            local some = redis.call('XPENDING', KEYS[1], ARGV[1], from, '+', 500, ARGV[2])
            for _, p in ipairs(some) do
              mine[#mine + 1] = p[1]
              redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, p[1], 'JUSTID')
              from = '(' .. p[1]
            end
          until #some < 500
          return mine
          """);

  /** Gives back those of the entries that are still the member's. */
  private static final Script GIVE_BACK =
      new Script(
          """
          for i = 5, #ARGV do
            local p = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
            if #p > 0 then
              redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, ARGV[i], 'IDLE', ARGV[4], 'JUSTID')
            end
          end
          return 1
          """);

  /** Gives back all that the member holds and removes it, in one step. */
  private static final Script LEAVE =
      new Script(
          """
          local found = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', 500, ARGV[2])
          if found.err then return 0 end
          while #found > 0 do
            for _, p in ipairs(found) do
              redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, p[1], 'IDLE', ARGV[4], 'JUSTID')
            end
            found = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 500, ARGV[2])
          end
          return redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
          """);

  /** Removes members that hold nothing and have long been silent. */
  private static final Script BURY =
      new Script(
          """
          local found = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
          if found.err then return 0 end
          local n = 0
          for _, c in ipairs(found) do
            local of = {}
            for i = 1, #c, 2 do of[c[i]] = c[i + 1] end
            if of['pending'] == 0 and of['idle'] > tonumber(ARGV[2]) then
              redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], of['name'])
              n = n + 1
            end
          end
          return n
          """);

  final byte[] group;
  final byte[] name;

  Member(String group, String name) {
    this.group = RedisNames.bytes(group);
    this.name = RedisNames.bytes(name);
  }

  void acknowledge(UnifiedJedis client, StreamName stream, List<Delivery> done) {
    CommandArguments ack = new CommandArguments(Protocol.Command.XACK).key(stream.key()).add(group);
    done.forEach(d -> ack.add(new Argument(d.id)));
    client.executeCommand(ack);
  }

  void giveBack(UnifiedJedis client, StreamName stream, List<Delivery> released) {
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(group);
    arguments.add(name);
    arguments.add(RedisNames.bytes(GIVEN_BACK));
    arguments.add(RedisNames.bytes(Long.toString(LONG_IDLE_MILLIS)));
    released.forEach(d -> arguments.add(d.id));
    GIVE_BACK.run(client, List.of(stream.key()), arguments);
  }

  /** Says that it is alive; returns the ids of all that it holds. */
  Set<String> renew(UnifiedJedis client, StreamName stream) {
    Set<String> mine = new HashSet<>();
    if (RENEW.run(client, stream.key(), group, name) instanceof List<?> ids) {
      ids.forEach(id -> mine.add(RedisNames.text((byte[]) id)));
    }
    return mine;
  }

  void leave(UnifiedJedis client, StreamName stream) {
    LEAVE.run(client, stream.key(), group, name, GIVEN_BACK, LONG_IDLE_MILLIS);
  }

  void bury(UnifiedJedis client, StreamName stream, long silentMillis) {
    BURY.run(client, stream.key(), group, silentMillis);
  }
}

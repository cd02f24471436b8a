package io.postbus.driver.redisstream;

import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Drops from the streams that this driver knows what every group is done with, and never what one
 * still needs: up to the oldest entry that is pending or unread anywhere, in one step at the
 * server.
 */
final class Trimmer {
  private static final Logger LOG = LoggerFactory.getLogger(Trimmer.class);

  /** Without a group nobody can say what is needed, so everything is kept. */
  private static final Script TRIM =
      new Script(
          """
          local found = redis.pcall('XINFO', 'GROUPS', KEYS[1])
          if found.err or #found == 0 then return 0 end
          local function less(a, b)
            local am, as = string.match(a, '(%d+)-(%d+)')
            local bm, bs = string.match(b, '(%d+)-(%d+)')
            if #am ~= #bm then return #am < #bm end
            if am ~= bm then return am < bm end
            if #as ~= #bs then return #as < #bs end
            return as < bs
          end
          local needed
          for _, g in ipairs(found) do
            local of = {}
            for i = 1, #g, 2 do of[g[i]] = g[i + 1] end
            local oldest = of['last-delivered-id']
            if of['pending'] > 0 then
              oldest = redis.call('XPENDING', KEYS[1], of['name'])[2]
            end
            if not needed or less(oldest, needed) then needed = oldest end
          end
          local keep = tonumber(ARGV[1])
          if keep > 0 then
            local time = redis.call('TIME')
            local since = string.format('%.0f-0', time[1] * 1000 - keep)
            if less(since, needed) then needed = since end
          end
          return redis.call('XTRIM', KEYS[1], 'MINID', '~', needed, 'LIMIT', 100000)
          """);

  private final RedisLink link;
  private final Declarations declarations;

  Trimmer(RedisLink link, Declarations declarations) {
    this.link = link;
    this.declarations = declarations;
  }

  /** Trims every stream once; called by a timer. */
  void run() {
    RedisServer server = link.server();
    if (server == null) {
      return;
    }
    for (Map.Entry<String, Duration> stream : declarations.trimmed().entrySet()) {
      try {
        trim(server.client(), stream.getKey(), stream.getValue());
      } catch (JedisException e) {
        LOG.debug("The stream {} was not trimmed this time", stream.getKey(), e);
        return;
      }
    }
  }

  static void trim(UnifiedJedis client, String stream, Duration keep) {
    TRIM.run(client, RedisNames.bytes(stream), keep.toMillis());
  }
}

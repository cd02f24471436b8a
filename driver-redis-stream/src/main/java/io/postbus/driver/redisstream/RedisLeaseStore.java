package io.postbus.driver.redisstream;

import io.postbus.spi.Lease;
import io.postbus.spi.LeaseStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Leases in one hash, judged by the server's time in µs. One that is over stays for a while, so
 * that its token is known: the next one is greater, and at least the time, which saves what a
 * failover forgot. Thread-safe.
 */
final class RedisLeaseStore implements LeaseStore {
  private static final String TIME =
      """
      local time = redis.call('TIME')
      local now = time[1] * 1000000 + time[2]
      local function held(name)
        local lease = redis.call('HGET', KEYS[1], name)
        if not lease then return nil end
        local epoch, ends, owner = string.match(lease, '^(%d+) (%d+) (.*)$')
        return tonumber(epoch), tonumber(ends), owner
      end
      local function keep(name, epoch, ends, owner)
        redis.call('HSET', KEYS[1], name, string.format('%.0f %.0f ', epoch, ends) .. owner)
        redis.call('ZADD', KEYS[2], ends, name)
        return {string.format('%.0f', epoch), string.format('%.0f', ends)}
      end
      """;

  /** Also forgets a few that were over long ago. */
  private static final Script ACQUIRE =
      new Script(
          TIME
              + """
              local epoch, ends = held(ARGV[1])
              if ends and ends > now then return false end
              local old = redis.call(
                'ZRANGEBYSCORE', KEYS[2], '-inf', now - 86400000000, 'LIMIT', 0, 10)
              for _, name in ipairs(old) do
                redis.call('HDEL', KEYS[1], name)
                redis.call('ZREM', KEYS[2], name)
              end
              return keep(ARGV[1], math.max((epoch or 0) + 1, now), now + ARGV[3], ARGV[2])
              """);

  private static final Script RENEW =
      new Script(
          TIME
              + """
              local epoch, ends, owner = held(ARGV[1])
              if not ends or ends <= now or owner ~= ARGV[2] or epoch ~= tonumber(ARGV[3]) then
                return false
              end
              return keep(ARGV[1], epoch, now + ARGV[4], owner)
              """);

  private static final Script RELEASE =
      new Script(
          TIME
              + """
              local epoch, ends, owner = held(ARGV[1])
              if ends and ends > now and owner == ARGV[2] and epoch == tonumber(ARGV[3]) then
                keep(ARGV[1], epoch, now, owner)
              end
              return 1
              """);

  private static final Script LIST =
      new Script(
          TIME
              + """
              local found = {}
              for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
                if string.sub(name, 1, #ARGV[1]) == ARGV[1] then
                  local epoch, ends, owner = held(name)
                  if ends > now then
                    found[#found + 1] =
                      {name, owner, string.format('%.0f', epoch), string.format('%.0f', ends)}
                  end
                end
              end
              return found
              """);

  private final StoreAccess access;

  RedisLeaseStore(StoreAccess access) {
    this.access = access;
  }

  @Override
  public Optional<Lease> acquire(String name, String owner, Duration ttl) {
    return lease(
        "Acquiring the lease " + name, name, owner, ACQUIRE, List.of(name, owner, micros(ttl)));
  }

  @Override
  public Optional<Lease> renew(Lease lease, Duration ttl) {
    List<String> arguments =
        List.of(lease.name(), lease.owner(), Long.toString(lease.epoch()), micros(ttl));
    return lease(
        "Renewing the lease " + lease.name(), lease.name(), lease.owner(), RENEW, arguments);
  }

  private Optional<Lease> lease(
      String doing, String name, String owner, Script script, List<String> arguments) {
    return access.callOnce(
        doing,
        client ->
            script.run(client, access.keys().leases(), bytes(arguments)) instanceof List<?> l
                ? Optional.of(new Lease(name, owner, number(l.get(0)), instant(l.get(1))))
                : Optional.empty());
  }

  @Override
  public void release(Lease lease) {
    List<String> arguments = List.of(lease.name(), lease.owner(), Long.toString(lease.epoch()));
    access.call(
        "Releasing the lease " + lease.name(),
        client -> String.valueOf(RELEASE.run(client, access.keys().leases(), bytes(arguments))));
  }

  @Override
  public List<Lease> list(String prefix) {
    List<?> found =
        access.call(
            "Listing leases",
            client -> LIST.list(client, access.keys().leases(), bytes(List.of(prefix))));
    List<Lease> leases = new ArrayList<>();
    for (Object one : found) {
      List<?> l = (List<?>) one;
      leases.add(new Lease(text(l.get(0)), text(l.get(1)), number(l.get(2)), instant(l.get(3))));
    }
    leases.sort(Comparator.comparing(Lease::name));
    return leases;
  }

  private static List<byte[]> bytes(List<String> arguments) {
    return arguments.stream().map(RedisNames::bytes).toList();
  }

  private static String micros(Duration ttl) {
    return Long.toString(TimeUnit.NANOSECONDS.toMicros(ttl.toNanos()));
  }

  private static Instant instant(Object micros) {
    long us = number(micros);
    return Instant.ofEpochSecond(us / 1_000_000, us % 1_000_000 * 1_000);
  }

  private static long number(Object bytes) {
    return Long.parseLong(text(bytes));
  }

  private static String text(Object bytes) {
    return RedisNames.text((byte[]) bytes);
  }
}

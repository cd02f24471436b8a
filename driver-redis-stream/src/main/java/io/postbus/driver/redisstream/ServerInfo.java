package io.postbus.driver.redisstream;

import io.postbus.spi.ConfigurationException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;

/** What a server says of itself: enough to see whether it can do what is needed, and how safely. */
final class ServerInfo {
  private static final int OLDEST_MAJOR = 6;
  private static final int OLDEST_MINOR = 2;

  private final Map<String, String> values;

  ServerInfo(Map<String, String> values) {
    this.values = values;
  }

  /** Asks for it; nothing is known where the user may not ask. */
  static ServerInfo ask(Wire wire) {
    Map<String, String> values = new HashMap<>();
    try {
      Object answer = wire.ask(new CommandArguments(Protocol.Command.INFO));
      if (answer instanceof byte[] text) {
        RedisNames.text(text).lines().forEach(line -> note(values, line));
      }
    } catch (JedisDataException denied) {
      values.clear();
    }
    return new ServerInfo(values);
  }

  private static void note(Map<String, String> values, String line) {
    int colon = line.indexOf(':');
    if (colon > 0) {
      values.put(line.substring(0, colon), line.substring(colon + 1).trim());
    }
  }

  /**
   * @throws ConfigurationException if the server is too old
   */
  void requireStreams() {
    // Valkey tells the version of Redis that it is compatible with.
    String version = values.getOrDefault("redis_version", "");
    String[] parts = version.split("\\.", -1);
    if (parts.length < 2 || !(parts[0] + parts[1]).matches("\\d{1,9}")) {
      return;
    }
    int major = Integer.parseInt(parts[0]);
    if (major < OLDEST_MAJOR
        || (major == OLDEST_MAJOR && Integer.parseInt(parts[1]) < OLDEST_MINOR)) {
      throw new ConfigurationException(
          "The server is Redis %s; streams with XAUTOCLAIM need %d.%d or later"
              .formatted(version, OLDEST_MAJOR, OLDEST_MINOR),
          null);
    }
  }

  /** What may cost messages, each with the way out. */
  List<String> risks() {
    List<String> risks = new ArrayList<>();
    String policy = values.getOrDefault("maxmemory_policy", "noeviction");
    if (!policy.equals("noeviction") && !policy.startsWith("volatile-")) {
      risks.add(
          "Redis may evict whole streams when it is short of memory (maxmemory-policy is %s); set it to noeviction"
              .formatted(policy));
    }
    if (values.getOrDefault("aof_enabled", "1").equals("0")) {
      risks.add(
          "Redis keeps no append-only file: a restart loses what came since its last snapshot; set appendonly yes");
    }
    return risks;
  }
}

package io.postbus.driver.redisstream;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** A Lua script about one key, or keys of one hash tag; sent whole once, then by its digest. */
final class Script {
  private final byte[] text;
  private final byte[] digest;

  Script(String lua) {
    text = lua.getBytes(StandardCharsets.UTF_8);
    try {
      byte[] sha = MessageDigest.getInstance("SHA-1").digest(text);
      digest = HexFormat.of().formatHex(sha).getBytes(StandardCharsets.US_ASCII);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has SHA-1", e);
    }
  }

  /** Runs it on one key. */
  @Nullable Object run(UnifiedJedis client, byte[] key, Object... arguments) {
    return run(client, List.of(key), arguments(arguments));
  }

  @Nullable Object run(UnifiedJedis client, List<byte[]> keys, List<byte[]> arguments) {
    try {
      return client.evalsha(digest, keys, arguments);
    } catch (JedisNoScriptException unknown) {
      return client.eval(text, keys, arguments);
    }
  }

  /** Runs one that answers with a list. */
  List<?> list(UnifiedJedis client, List<byte[]> keys, List<byte[]> arguments) {
    if (run(client, keys, arguments) instanceof List<?> answer) {
      return answer;
    }
    throw new IllegalStateException("A script answered without a list");
  }

  private static List<byte[]> arguments(Object... values) {
    List<byte[]> all = new ArrayList<>(values.length);
    for (Object v : values) {
      all.add(v instanceof byte[] b ? b : RedisNames.bytes(v.toString()));
    }
    return all;
  }
}

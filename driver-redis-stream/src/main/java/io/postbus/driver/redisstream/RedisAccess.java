package io.postbus.driver.redisstream;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Secret;
import io.postbus.spi.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisCredentials;
import redis.clients.jedis.RedisProtocol;

/**
 * How to reach a Redis: the keys that the driver and the store have in common.
 *
 * @param uris the server, its Sentinels, or some nodes of the cluster; tried in turn
 * @param master what the Sentinels call the server; empty unless the mode is sentinel
 */
record RedisAccess(
    Mode mode,
    List<Secret> uris,
    @Nullable String username,
    @Nullable Secret password,
    int database,
    String master,
    @Nullable String sentinelUsername,
    @Nullable Secret sentinelPassword,
    Duration connectTimeout,
    Duration timeout,
    String connectionName,
    @Nullable RedisTls tls) {

  enum Mode {
    STANDALONE,
    SENTINEL,
    CLUSTER
  }

  private static final String DEFAULT_URI = "redis://localhost:6379";
  private static final int SERVER_PORT = 6379;
  private static final int SENTINEL_PORT = 26379;

  /** Reads its keys; notes every problem and goes on with defaults. */
  static RedisAccess read(Settings s) {
    List<Secret> uris = s.secrets("uris");
    boolean secure = false;
    for (Secret uri : uris) {
      secure |= checked(s, uri);
    }
    if (s.has("uris") && uris.isEmpty()) {
      s.problem("uris", "is empty, must name at least one redis:// or rediss:// address");
    }
    if (s.has("tls") && !secure) {
      s.problem("tls", "is of no use without a rediss:// address in uris");
    }
    Mode mode = s.choice("mode", Mode.STANDALONE);
    Settings sentinel = s.section("sentinel");
    String master =
        mode == Mode.SENTINEL ? sentinel.required("master") : sentinel.text("master", "");
    if (mode != Mode.SENTINEL && s.has("sentinel")) {
      s.problem("sentinel", "is of no use unless mode is sentinel");
    }
    int database = s.integer("database", 0, 0, 1_000_000);
    if (mode == Mode.CLUSTER && database != 0) {
      s.problem("database", "must be 0 in a cluster, which has no other");
    }
    RedisTls tls = s.has("tls") ? RedisTls.read(s.section("tls")) : RedisTls.DEFAULT;
    return new RedisAccess(
        mode,
        uris.isEmpty() ? List.of(Secret.of(DEFAULT_URI)) : uris,
        s.text("username").orElse(null),
        s.secret("password").orElse(null),
        database,
        master,
        sentinel.text("username").orElse(null),
        sentinel.secret("password").orElse(null),
        s.duration("connect-timeout", seconds(5), Duration.ofMillis(100), seconds(300)),
        s.duration("timeout", seconds(5), Duration.ofMillis(100), seconds(300)),
        s.text("connection-name", "postbus"),
        secure ? tls : null);
  }

  private static boolean checked(Settings s, Secret uri) {
    try {
      return "rediss".equalsIgnoreCase(parse(uri.reveal()).getScheme());
    } catch (IllegalArgumentException e) {
      s.problem("uris", String.valueOf(e.getMessage()));
    } catch (ConfigurationException e) {
      s.problems(e.problems());
    }
    return true;
  }

  /** The address, or {@link IllegalArgumentException} that does not show it: it has a password. */
  private static URI parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "has an address that is not a URI: " + e.getReason() + " at position " + e.getIndex());
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("redis") && !scheme.equals("rediss")) {
      throw new IllegalArgumentException("has an address that is neither redis:// nor rediss://");
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException(
          "has an address without a host; write redis://user:password@host:port, with special"
              + " characters percent-encoded");
    }
    if (uri.getRawPath() != null && uri.getRawPath().length() > 1) {
      throw new IllegalArgumentException(
          "has an address with a path; the database is a key beside uris");
    }
    return uri;
  }

  /** Where to knock, in this order: read anew, as a file behind it may have changed. */
  List<HostAndPort> addresses() {
    List<HostAndPort> all = new ArrayList<>();
    int otherwise = mode == Mode.SENTINEL ? SENTINEL_PORT : SERVER_PORT;
    for (Secret uri : uris) {
      URI u = parse(uri.reveal());
      all.add(new HostAndPort(u.getHost(), u.getPort() < 0 ? otherwise : u.getPort()));
    }
    return all;
  }

  /** How to speak to a server; a read that takes longer than the timeout breaks its connection. */
  JedisClientConfig server() {
    return config().database(database).credentialsProvider(this::credentials).build();
  }

  JedisClientConfig sentinel() {
    DefaultJedisClientConfig.Builder config = config();
    if (sentinelPassword != null) {
      Secret secret = sentinelPassword;
      config.credentialsProvider(() -> credentials(sentinelUsername, secret.reveal()));
    }
    return config.build();
  }

  private DefaultJedisClientConfig.Builder config() {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .protocol(RedisProtocol.RESP3)
            .connectionTimeoutMillis((int) connectTimeout.toMillis())
            .socketTimeoutMillis((int) timeout.toMillis())
            .blockingSocketTimeoutMillis((int) timeout.toMillis())
            .clientName(connectionName);
    if (tls != null) {
      config.sslOptions(tls.options());
    }
    return config;
  }

  private @Nullable RedisCredentials credentials() {
    if (password != null) {
      return credentials(username, password.reveal());
    }
    for (Secret uri : uris) {
      String user = parse(uri.reveal()).getUserInfo();
      if (user != null && mode != Mode.SENTINEL) {
        int colon = user.indexOf(':');
        String name = colon < 0 ? "" : user.substring(0, colon);
        return credentials(name.isEmpty() ? null : name, user.substring(colon + 1));
      }
    }
    return null;
  }

  private static RedisCredentials credentials(@Nullable String user, String password) {
    return new DefaultRedisCredentials(user, password);
  }

  private static Duration seconds(long n) {
    return Duration.ofSeconds(n);
  }
}

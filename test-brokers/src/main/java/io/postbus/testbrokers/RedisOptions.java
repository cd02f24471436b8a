package io.postbus.testbrokers;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a {@link RedisBroker} is started. Immutable. */
public final class RedisOptions {
  private static final RedisOptions DEFAULTS = new RedisOptions(Map.of(), null, null);

  private final Map<String, String> settings;
  private final @Nullable TestCertificates tls;
  private final @Nullable Watched watched;

  private RedisOptions(
      Map<String, String> settings, @Nullable TestCertificates tls, @Nullable Watched watched) {
    this.settings = settings;
    this.tls = tls;
    this.watched = watched;
  }

  public static RedisOptions defaults() {
    return DEFAULTS;
  }

  /** One of {@code redis.conf}'s, as in {@code setting("maxmemory", "10mb")}. */
  public RedisOptions setting(String key, String value) {
    Map<String, String> more = new HashMap<>(settings);
    more.put(key, value);
    return new RedisOptions(Map.copyOf(more), tls, watched);
  }

  /** Adds a TLS listener with these certificates; clients may, but need not, show one of them. */
  public RedisOptions tls(TestCertificates certificates) {
    return new RedisOptions(settings, certificates, watched);
  }

  /**
   * Runs a Sentinel instead, which calls this server {@code mymaster} and alone decides, after a
   * second, that it is down. Servers and Sentinel are processes of one machine.
   */
  public RedisOptions watching(URI server) {
    return watching(server, Duration.ofSeconds(1));
  }

  /** The same with another time until the server is taken to be down. */
  public RedisOptions watching(URI server, Duration missed) {
    return new RedisOptions(settings, tls, new Watched(server, missed));
  }

  /** A server for a Sentinel, and how long it may be silent. */
  record Watched(URI server, Duration missed) {}

  Optional<Watched> watched() {
    return Optional.ofNullable(watched);
  }

  Map<String, String> settings() {
    return settings;
  }

  Optional<TestCertificates> tls() {
    return Optional.ofNullable(tls);
  }
}

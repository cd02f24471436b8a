package io.postbus.testbrokers;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a {@link RedisBroker} is started. Immutable. */
public final class RedisOptions {
  private static final RedisOptions DEFAULTS = new RedisOptions(Map.of(), null);

  private final Map<String, String> settings;
  private final @Nullable TestCertificates tls;

  private RedisOptions(Map<String, String> settings, @Nullable TestCertificates tls) {
    this.settings = settings;
    this.tls = tls;
  }

  public static RedisOptions defaults() {
    return DEFAULTS;
  }

  /** One of {@code redis.conf}'s, as in {@code setting("maxmemory", "10mb")}. */
  public RedisOptions setting(String key, String value) {
    Map<String, String> more = new HashMap<>(settings);
    more.put(key, value);
    return new RedisOptions(Map.copyOf(more), tls);
  }

  /** Adds a TLS listener with these certificates; clients may, but need not, show one of them. */
  public RedisOptions tls(TestCertificates certificates) {
    return new RedisOptions(settings, certificates);
  }

  Map<String, String> settings() {
    return settings;
  }

  Optional<TestCertificates> tls() {
    return Optional.ofNullable(tls);
  }
}

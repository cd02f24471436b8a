package io.postbus.testbrokers;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a {@link RabbitBroker} is started. Immutable. */
public final class RabbitOptions {
  private static final RabbitOptions DEFAULTS = new RabbitOptions(Map.of(), null, null);

  private final Map<String, String> settings;
  private final @Nullable Duration ackTimeout;
  private final @Nullable TestCertificates tls;

  private RabbitOptions(
      Map<String, String> settings, @Nullable Duration ackTimeout, @Nullable TestCertificates tls) {
    this.settings = settings;
    this.ackTimeout = ackTimeout;
    this.tls = tls;
  }

  public static RabbitOptions defaults() {
    return DEFAULTS;
  }

  /** One of {@code rabbitmq.conf}'s, as in {@code setting("heartbeat", "5")}. */
  public RabbitOptions setting(String key, String value) {
    Map<String, String> more = new HashMap<>(settings);
    more.put(key, value);
    return new RabbitOptions(Map.copyOf(more), ackTimeout, tls);
  }

  /**
   * Closes the channel of a consumer that keeps a delivery unacknowledged for longer (RabbitMQ's
   * {@code consumer_timeout}, 30 minutes by default), noticed within half a second.
   */
  public RabbitOptions ackTimeout(Duration timeout) {
    return new RabbitOptions(settings, timeout, tls);
  }

  /** Adds a TLS listener with these certificates; clients may, but need not, show one of them. */
  public RabbitOptions tls(TestCertificates certificates) {
    return new RabbitOptions(settings, ackTimeout, certificates);
  }

  Map<String, String> settings() {
    return settings;
  }

  Optional<Duration> ackTimeout() {
    return Optional.ofNullable(ackTimeout);
  }

  Optional<TestCertificates> tls() {
    return Optional.ofNullable(tls);
  }
}

package io.postbus.testbrokers;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a {@link RabbitBroker} is started. Immutable. */
public final class RabbitOptions {
  private static final RabbitOptions DEFAULTS = new RabbitOptions(null, null);

  private final @Nullable Duration ackTimeout;
  private final @Nullable TestCertificates tls;

  private RabbitOptions(@Nullable Duration ackTimeout, @Nullable TestCertificates tls) {
    this.ackTimeout = ackTimeout;
    this.tls = tls;
  }

  public static RabbitOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Closes the channel of a consumer that keeps a delivery unacknowledged for longer (RabbitMQ's
   * {@code consumer_timeout}, 30 minutes by default), noticed within half a second.
   */
  public RabbitOptions ackTimeout(Duration timeout) {
    return new RabbitOptions(timeout, tls);
  }

  /** Adds a TLS listener with these certificates; clients may, but need not, show one of them. */
  public RabbitOptions tls(TestCertificates certificates) {
    return new RabbitOptions(ackTimeout, certificates);
  }

  Optional<Duration> ackTimeout() {
    return Optional.ofNullable(ackTimeout);
  }

  Optional<TestCertificates> tls() {
    return Optional.ofNullable(tls);
  }
}

package io.postbus.driver.rabbitmq;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Secret;
import io.postbus.spi.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The section of the configuration that opens this driver.
 *
 * @param uris tried in turn until one connects
 * @param attributes how messages are written; all ways are read
 * @param declare who makes exchanges and queues: we, or somebody before us
 * @param prefetch the most that a consumer may have unsettled, whatever is asked for
 * @param ackTimeout the broker's {@code consumer_timeout}
 */
record RabbitSettings(
    List<Secret> uris,
    QueueType queueType,
    Attributes attributes,
    Declare declare,
    int prefetch,
    int publishChannels,
    Duration heartbeat,
    Duration connectTimeout,
    Duration rpcTimeout,
    Duration ackTimeout,
    String connectionName,
    @Nullable RabbitTls tls) {

  enum QueueType {
    CLASSIC,
    QUORUM
  }

  enum Attributes {
    /** A header for what AMQP has no place of its own for. */
    COMPACT,
    /** A CloudEvents header for each. */
    FULL
  }

  enum Declare {
    /** Make what is missing. */
    CREATE,
    /** Ask whether it is there. */
    CHECK,
    /** Take it for granted. */
    NEVER
  }

  private static final String DEFAULT_URI = "amqp://guest:guest@localhost:5672/";

  /** The protocol's own limit. */
  private static final int MAX_PREFETCH = 65_535;

  /** Reads every key; notes every problem and goes on with defaults. */
  static RabbitSettings read(Settings s) {
    List<Secret> uris = s.secrets("uris");
    boolean anyTls = false;
    for (Secret uri : uris) {
      anyTls |= checked(s, uri);
    }
    if (s.has("uris") && uris.isEmpty()) {
      s.problem("uris", "is empty, must name at least one amqp:// or amqps:// address");
    }
    if (s.has("tls") && !anyTls) {
      s.problem("tls", "is of no use without an amqps:// address in uris");
    }
    return new RabbitSettings(
        uris.isEmpty() ? List.of(Secret.of(DEFAULT_URI)) : uris,
        s.choice("queue-type", QueueType.CLASSIC),
        s.choice("attributes", Attributes.COMPACT),
        s.choice("declare", Declare.CREATE),
        s.scalar("prefetch", RabbitSettings::prefetch).orElse(MAX_PREFETCH),
        s.integer("publish-channels", 4, 1, 64),
        s.duration("heartbeat", seconds(10), seconds(1), seconds(3600)),
        s.duration("connect-timeout", seconds(10), Duration.ofMillis(100), seconds(300)),
        s.duration("rpc-timeout", seconds(15), Duration.ofMillis(100), seconds(600)),
        s.duration("ack-timeout", Duration.ofMinutes(30), seconds(1), Duration.ofDays(365)),
        s.text("connection-name", "postbus"),
        s.has("tls") ? RabbitTls.read(s.section("tls")) : null);
  }

  Optional<Duration> maxHold() {
    return Optional.of(ackTimeout);
  }

  private static boolean checked(Settings s, Secret uri) {
    try {
      URI parsed = parse(uri.reveal());
      return "amqps".equalsIgnoreCase(parsed.getScheme());
    } catch (IllegalArgumentException e) {
      s.problem("uris", String.valueOf(e.getMessage()));
    } catch (ConfigurationException e) {
      s.problems(e.problems());
    }
    return true;
  }

  /** The address, or {@link IllegalArgumentException} that does not show it: it has a password. */
  static URI parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "has an address that is not a URI: " + e.getReason() + " at position " + e.getIndex());
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("amqp") && !scheme.equals("amqps")) {
      throw new IllegalArgumentException("has an address that is neither amqp:// nor amqps://");
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException(
          "has an address without a host; write amqp://user:password@host:port/vhost, with special"
              + " characters percent-encoded");
    }
    if (uri.getRawPath() != null && uri.getRawPath().indexOf('/', 1) > 0) {
      throw new IllegalArgumentException(
          "has an address with more than one segment after the host; write a / in the virtual"
              + " host's name as %2F");
    }
    if (uri.getRawQuery() != null) {
      throw new IllegalArgumentException(
          "has an address with a query; heartbeat and connect-timeout are keys beside uris");
    }
    return uri;
  }

  private static int prefetch(String text) {
    if (text.equals("auto")) {
      return MAX_PREFETCH;
    }
    int n;
    try {
      n = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("is \"" + text + "\", must be auto or a number", e);
    }
    if (n < 1 || n > MAX_PREFETCH) {
      throw new IllegalArgumentException("is " + n + ", must be from 1 to " + MAX_PREFETCH);
    }
    return n;
  }

  private static Duration seconds(long n) {
    return Duration.ofSeconds(n);
  }
}

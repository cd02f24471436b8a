package io.postbus.driver.kafka;

import io.postbus.spi.Secret;
import io.postbus.spi.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The section of the configuration that opens this driver.
 *
 * @param servers where to ask for the cluster's brokers
 * @param partitions of a topic whose configuration does not say how many
 * @param replication of a topic whose configuration does not say how much; 0 for the broker's
 * @param inboxRetention how long a group's inbox keeps what was sent to it
 * @param drain how long handlers may go on with what is taken from this member
 * @param commitInterval how often positions are committed at most
 * @param span how far a partition is read beyond its oldest unsettled message
 * @param properties those of Kafka's clients that are not ours
 */
record KafkaSettings(
    List<String> servers,
    int partitions,
    int replication,
    Duration inboxRetention,
    Declare declare,
    Attributes attributes,
    Protocol protocol,
    Duration sessionTimeout,
    Duration heartbeat,
    Duration requestTimeout,
    Duration drain,
    Duration commitInterval,
    int span,
    Duration linger,
    int batchSize,
    long buffer,
    Map<String, Secret> properties) {

  enum Declare {
    /** Make what is missing. */
    CREATE,
    /** Ask whether it is there. */
    CHECK
  }

  enum Attributes {
    /** As compact, but type and id share a header, which is for readers of our own. */
    PACKED,
    /** What others tell, or everybody takes for granted, has no header. */
    COMPACT,
    /** Every attribute has its header, for readers that know CloudEvents. */
    FULL
  }

  /** How members agree on who has which partitions. */
  enum Protocol {
    CLASSIC,
    /** KIP-848: the broker decides. */
    CONSUMER
  }

  private static final String DEFAULT_SERVER = "localhost:9092";
  private static final int LARGEST_BATCH = 16 << 20;

  /** Reads every key; notes every problem and goes on with defaults. */
  static KafkaSettings read(Settings s) {
    List<String> servers = s.list("servers", KafkaSettings::server).orElse(List.of(DEFAULT_SERVER));
    if (servers.isEmpty() && s.texts("servers").isEmpty()) {
      s.problem("servers", "is empty, must name at least one host:port");
    }
    Duration session = s.duration("session-timeout", seconds(10), seconds(1), seconds(1_800));
    Duration heartbeat =
        s.duration("heartbeat", Duration.ofMillis(500), Duration.ofMillis(100), seconds(600));
    if (heartbeat.multipliedBy(2).compareTo(session) > 0) {
      s.problem(
          s.has("heartbeat") ? "heartbeat" : "session-timeout",
          "must leave room for two heartbeats in the session-timeout");
    }
    return new KafkaSettings(
        servers,
        s.integer("partitions", 6, 1, 10_000),
        s.integer("replication", 0, 0, 100),
        s.duration("inbox-retention", days(30), Duration.ofMinutes(1), days(36_500)),
        s.choice("declare", Declare.CREATE),
        s.choice("attributes", Attributes.COMPACT),
        s.choice("group-protocol", Protocol.CLASSIC),
        session,
        heartbeat,
        s.duration("request-timeout", seconds(10), Duration.ofMillis(100), seconds(600)),
        s.duration("drain", seconds(5), Duration.ZERO, seconds(240)),
        s.duration("commit-interval", Duration.ofMillis(10), Duration.ofMillis(1), seconds(60)),
        s.integer("max-span", 20_000, 100, 1_000_000),
        s.duration("linger", Duration.ofMillis(1), Duration.ZERO, seconds(10)),
        bytes(s, "batch-size", 128 << 10, LARGEST_BATCH),
        bytes(s, "buffer", 32 << 20, Integer.MAX_VALUE),
        ClientProperties.read(s.section("properties")));
  }

  private static int bytes(Settings s, String key, int otherwise, int max) {
    long size = s.size(key, otherwise);
    if (size < 1_024 || size > max) {
      s.problem(key, "is %d bytes, must be from 1024 to %d".formatted(size, max));
      return otherwise;
    }
    return (int) size;
  }

  private static String server(String text) {
    int colon = text.lastIndexOf(':');
    int port = 0;
    try {
      port = colon < 1 ? 0 : Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      // The port stays 0, which is none.
    }
    if (port < 1 || port > 65_535 || text.contains("/") || text.contains("@")) {
      throw new IllegalArgumentException("has an address that is not host:port");
    }
    return text;
  }

  private static Duration seconds(long n) {
    return Duration.ofSeconds(n);
  }

  private static Duration days(long n) {
    return Duration.ofDays(n);
  }
}

package io.postbus.driver.redisstream;

import io.postbus.spi.Settings;
import java.time.Duration;
import java.util.Optional;

/**
 * The section of the configuration that opens this driver.
 *
 * @param attributes how messages are written; all ways are read
 * @param block how long a read waits at the server; also the pace of looking for what the dead left
 * @param claimAfter how long a member may be silent before others take what it holds
 * @param trimEvery how often what every group is done with is dropped; empty for never
 * @param replicas how many replicas must have a message before it is confirmed
 * @param replicaTimeout how long that may take
 */
record RedisSettings(
    RedisAccess access,
    Attributes attributes,
    Duration block,
    Duration claimAfter,
    Optional<Duration> trimEvery,
    int replicas,
    Duration replicaTimeout) {

  enum Attributes {
    /** As compact, but the payload's field is named by id and type, and mostly the only one. */
    PACKED,
    /** What others tell, or everybody takes for granted, has no field. */
    COMPACT,
    /** Every attribute has its field, for readers that know CloudEvents. */
    FULL
  }

  /** Reads every key; notes every problem and goes on with defaults. */
  static RedisSettings read(Settings s) {
    RedisAccess access = RedisAccess.read(s);
    Settings wait = s.section("wait");
    return new RedisSettings(
        access,
        s.choice("attributes", Attributes.PACKED),
        s.duration("block", seconds(1), Duration.ofMillis(10), seconds(10)),
        s.duration("claim-after", seconds(30), Duration.ofMillis(500), Duration.ofDays(1)),
        s.scalar("trim-every", RedisSettings::trimEvery).orElse(Optional.of(seconds(1))),
        wait.integer("replicas", 0, 0, 100),
        wait.duration("timeout", seconds(1), Duration.ofMillis(1), seconds(60)));
  }

  private static Optional<Duration> trimEvery(String text) {
    if (text.equals("never")) {
      return Optional.empty();
    }
    Settings one = Settings.of(java.util.Map.of("trim-every", text));
    Duration every = one.duration("trim-every", seconds(1), Duration.ofMillis(100), seconds(3600));
    if (!one.problems().isEmpty()) {
      throw new IllegalArgumentException(
          "is \"" + text + "\", must be never or a duration from 100ms to 1h");
    }
    return Optional.of(every);
  }

  private static Duration seconds(long n) {
    return Duration.ofSeconds(n);
  }
}

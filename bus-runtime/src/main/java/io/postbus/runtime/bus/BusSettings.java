package io.postbus.runtime.bus;

import io.postbus.runtime.connect.DriverSettings;
import io.postbus.runtime.connect.StoreSettings;
import io.postbus.spi.Settings;
import io.postbus.spi.TopicSpec;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What the bus itself is set to: the engine's part of the configuration, apart from modules,
 * consumers' defaults, logging and the admin listener.
 *
 * @param namespace in front of every name on broker and store; may be empty
 * @param node unique among the processes on the broker and store
 * @param source the source of messages that have none; may be empty
 * @param driver the connection for whatever names none
 * @param drivers by name, the default one among them
 * @param outboxes further stores that take messages in transactions, by name
 * @param topics what is configured of topics, by name
 * @param callTimeout how long a call may wait for a broker or the store
 * @param grace how long handlers may finish when the bus is closed
 * @param healthRequired whether readiness depends on the broker also in an embedded bus
 */
public record BusSettings(
    String namespace,
    String node,
    String source,
    String driver,
    Map<String, DriverSettings> drivers,
    StoreSettings store,
    Map<String, StoreSettings> outboxes,
    Delays delays,
    Duration lockTtl,
    Map<String, Topic> topics,
    Publishing publishing,
    Duration callTimeout,
    Duration grace,
    boolean healthRequired) {
  public BusSettings {
    drivers = Map.copyOf(drivers);
    outboxes = Map.copyOf(outboxes);
    topics = Map.copyOf(topics);
  }

  /**
   * The section {@code delays}.
   *
   * @param fire whether this process sends what is due, or leaves that to others
   */
  public record Delays(boolean fire) {}

  /** What becomes of a message that no group would get. */
  public enum Unroutable {
    /** Publishing it fails. */
    FAIL,
    /** It is done with, and counted. */
    DROP
  }

  /**
   * An entry under {@code topics}.
   *
   * @param ackWithin how long a group has to acknowledge a guaranteed message, each time
   */
  public record Topic(TopicSpec spec, Unroutable unroutable, Duration ackWithin) {
    /** Where nothing is said. */
    public static final Duration ACK_WITHIN = Duration.ofMinutes(1);
  }

  /**
   * The section {@code publish}.
   *
   * @param timeout how long publishing may take, unless a call says otherwise
   * @param window how many messages may await their confirmation, per connection; empty for what
   *     its driver needs
   */
  public record Publishing(Duration timeout, OptionalInt window) {}

  /**
   * Reads the engine's part of a configuration, noting every problem in {@code root}, whose {@link
   * Settings#check()} is the caller's.
   *
   * @param defaultStore the type of the store where none is named
   */
  public static BusSettings read(Settings root, String defaultStore) {
    return new SettingsReader(root, defaultStore).read();
  }
}

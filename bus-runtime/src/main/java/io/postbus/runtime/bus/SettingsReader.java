package io.postbus.runtime.bus;

import io.postbus.message.Names;
import io.postbus.runtime.bus.BusSettings.Delays;
import io.postbus.runtime.bus.BusSettings.Publishing;
import io.postbus.runtime.bus.BusSettings.Topic;
import io.postbus.runtime.bus.BusSettings.Unroutable;
import io.postbus.runtime.connect.DriverSettings;
import io.postbus.runtime.connect.Node;
import io.postbus.runtime.connect.StoreSettings;
import io.postbus.spi.Located;
import io.postbus.spi.Settings;
import io.postbus.spi.TopicSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Makes {@link BusSettings} from the configuration's root. One thread, used once. */
final class SettingsReader {
  private static final String MEMORY = "memory";
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration SHORTEST_ACK = Duration.ofMillis(100);
  private static final Duration LONGEST_ACK = Duration.ofDays(30);
  private static final Duration LONGEST_CALL = Duration.ofMinutes(10);
  private static final Duration LONGEST_GRACE = Duration.ofHours(1);

  private final Settings root;
  private final String defaultStore;

  SettingsReader(Settings root, String defaultStore) {
    this.root = root;
    this.defaultStore = defaultStore;
  }

  BusSettings read() {
    String driver = root.text("driver", MEMORY);
    return new BusSettings(
        root.text("namespace", ""),
        root.text("node").orElseGet(Node::uniqueName),
        root.text("source", ""),
        driver,
        drivers(driver),
        store(root.section("store"), root.raw("store")),
        outboxes(root.section("outboxes")),
        new Delays(root.section("delays").flag("fire", true)),
        root.section("locks").duration("ttl", Duration.ofSeconds(30), SHORTEST, LONGEST_GRACE),
        topics(),
        publishing(root.section("publish")),
        root.duration("call-timeout", Duration.ofSeconds(10), SHORTEST, LONGEST_CALL),
        root.section("shutdown")
            .duration("grace", Duration.ofSeconds(25), Duration.ZERO, LONGEST_GRACE),
        root.section("health").flag("required", false));
  }

  private Map<String, DriverSettings> drivers(String byDefault) {
    Settings section = root.section("drivers");
    Map<String, DriverSettings> all = new LinkedHashMap<>();
    Set<String> names = new LinkedHashSet<>(section.keys());
    names.add(byDefault);
    for (String name : names) {
      Settings s = section.section(name);
      all.put(name, new DriverSettings(name, s.text("type", name), s, map(section.raw(name))));
    }
    return all;
  }

  private Map<String, StoreSettings> outboxes(Settings section) {
    Map<String, StoreSettings> all = new LinkedHashMap<>();
    for (String name : section.keys()) {
      all.put(name, store(section.section(name), section.raw(name)));
    }
    return all;
  }

  private StoreSettings store(Settings s, Optional<Located> section) {
    return new StoreSettings(
        s.text("type", defaultStore),
        s,
        map(section),
        s.flag("accept-weaker", false),
        root.section("delays").integer("shards", 16, 1, 1024));
  }

  /** What is no section is a problem that has been noted. */
  private static Located map(Optional<Located> section) {
    return section.filter(l -> l.value() instanceof Map).orElse(new Located(Map.of(), ""));
  }

  private Map<String, Topic> topics() {
    Map<String, Topic> all = new LinkedHashMap<>();
    root.section("topics")
        .sections()
        .forEach((name, s) -> topic(name, s).ifPresent(t -> all.put(name, t)));
    return all;
  }

  private static Optional<Topic> topic(String name, Settings s) {
    OptionalInt partitions = count(s, "partitions", 100_000);
    OptionalInt replication = count(s, "replication", 100);
    Optional<Duration> retention = s.duration("retention");
    Unroutable unroutable = s.choice("unroutable", Unroutable.FAIL);
    Duration ackWithin = s.duration("ack-within", Topic.ACK_WITHIN, SHORTEST_ACK, LONGEST_ACK);
    try {
      Names.topic(name);
    } catch (IllegalArgumentException e) {
      s.problem("", "is no name for a topic: " + e.getMessage());
      return Optional.empty();
    }
    return Optional.of(
        new Topic(new TopicSpec(name, partitions, replication, retention), unroutable, ackWithin));
  }

  private static OptionalInt count(Settings s, String key, int max) {
    return s.whole(key, 1, max).map(n -> OptionalInt.of(n.intValue())).orElse(OptionalInt.empty());
  }

  private static Publishing publishing(Settings s) {
    return new Publishing(
        s.duration("timeout", Duration.ofSeconds(10), SHORTEST, LONGEST_CALL),
        count(s, "window", 1_000_000));
  }
}

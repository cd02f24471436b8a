package io.postbus.testbrokers;

import java.util.HashMap;
import java.util.Map;

/** How a {@link KafkaBroker} is started. Immutable. */
public final class KafkaOptions {
  private static final KafkaOptions DEFAULTS = new KafkaOptions(Map.of(), 0, 512, false);

  private final Map<String, String> settings;
  private final int ways;
  private final int heapMegabytes;
  private final boolean optimised;

  private KafkaOptions(
      Map<String, String> settings, int ways, int heapMegabytes, boolean optimised) {
    this.settings = settings;
    this.ways = ways;
    this.heapMegabytes = heapMegabytes;
    this.optimised = optimised;
  }

  public static KafkaOptions defaults() {
    return DEFAULTS;
  }

  /** One of {@code server.properties}', as in {@code setting("num.io.threads", "8")}. */
  public KafkaOptions setting(String key, String value) {
    Map<String, String> more = new HashMap<>(settings);
    more.put(key, value);
    return new KafkaOptions(Map.copyOf(more), ways, heapMegabytes, optimised);
  }

  /** How many {@linkplain KafkaBroker#way ways} lead to it, of which each costs two threads. */
  public KafkaOptions ways(int count) {
    return new KafkaOptions(settings, count, heapMegabytes, optimised);
  }

  /** The heap of its JVM, in MB; 512 unless said. */
  public KafkaOptions heap(int megabytes) {
    return new KafkaOptions(settings, ways, megabytes, optimised);
  }

  /**
   * Lets its JVM compile as well as it can, for measurements. Otherwise it compiles quickly: a
   * broker that lives for seconds starts with 1.7 s of processor time instead of 2.9 s.
   */
  public KafkaOptions optimised() {
    return new KafkaOptions(settings, ways, heapMegabytes, true);
  }

  Map<String, String> settings() {
    return settings;
  }

  int ways() {
    return ways;
  }

  int heapMegabytes() {
    return heapMegabytes;
  }

  boolean compilesWell() {
    return optimised;
  }
}

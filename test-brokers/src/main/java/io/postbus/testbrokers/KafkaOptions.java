package io.postbus.testbrokers;

import java.util.HashMap;
import java.util.Map;

/** How a {@link KafkaBroker} is started. Immutable. */
public final class KafkaOptions {
  private static final KafkaOptions DEFAULTS = new KafkaOptions(Map.of(), 0, 512);

  private final Map<String, String> settings;
  private final int ways;
  private final int heapMegabytes;

  private KafkaOptions(Map<String, String> settings, int ways, int heapMegabytes) {
    this.settings = settings;
    this.ways = ways;
    this.heapMegabytes = heapMegabytes;
  }

  public static KafkaOptions defaults() {
    return DEFAULTS;
  }

  /** One of {@code server.properties}', as in {@code setting("num.io.threads", "8")}. */
  public KafkaOptions setting(String key, String value) {
    Map<String, String> more = new HashMap<>(settings);
    more.put(key, value);
    return new KafkaOptions(Map.copyOf(more), ways, heapMegabytes);
  }

  /** How many {@linkplain KafkaBroker#way ways} lead to it, of which each costs two threads. */
  public KafkaOptions ways(int count) {
    return new KafkaOptions(settings, count, heapMegabytes);
  }

  /** The heap of its JVM, in MB; 512 unless said. */
  public KafkaOptions heap(int megabytes) {
    return new KafkaOptions(settings, ways, megabytes);
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
}

package io.postbus.faults.world;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The drivers that can be tested, by name. */
public final class Grounds {
  private static final Map<String, Supplier<Ground>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("memory", MemoryGround::new);
    ALL.put("rabbitmq", RabbitGround::new);
    ALL.put("kafka", KafkaGround::new);
    ALL.put("redis-stream", RedisGround::new);
  }

  private Grounds() {}

  public static Set<String> names() {
    return ALL.keySet();
  }

  /** Starts the broker and store for a driver. */
  public static Ground open(String driver) {
    Supplier<Ground> ground = ALL.get(driver);
    if (ground == null) {
      throw new IllegalArgumentException("There is no " + driver + " among " + names());
    }
    return ground.get();
  }
}

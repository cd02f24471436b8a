package io.postbus.faults.world;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The drivers that can be tested, by name, and the places where they are. */
public final class Grounds {
  private static final Set<String> LEADER = Set.of("leader-killed");
  private static final Map<String, List<Site>> ALL = new LinkedHashMap<>();

  static {
    ALL.put(
        "rabbitmq",
        List.of(
            new Site("three nodes, quorum queues", RabbitClusterGround::new, LEADER),
            main(RabbitGround::new)));
    ALL.put(
        "kafka",
        List.of(new Site("three nodes", KafkaClusterGround::new, LEADER), main(KafkaGround::new)));
    ALL.put(
        "redis-stream",
        List.of(
            new Site("one replica, which confirms", () -> new RedisReplicasGround(1, 1), LEADER),
            new Site("two replicas, none confirms", () -> new RedisReplicasGround(2, 0), LEADER),
            new Site(
                "embedded store",
                () -> new RedisGround(new H2Store()),
                Set.of("store-full", "consumer-killed")),
            main(() -> new RedisGround(new MariaDbStore()))));
    ALL.put("memory", List.of(main(MemoryGround::new)));
  }

  private Grounds() {}

  private static Site main(Supplier<Ground> ground) {
    return new Site("", ground, Set.of());
  }

  public static Set<String> names() {
    return ALL.keySet();
  }

  /** The sites of a driver; the one where everything is done that needs no other comes last. */
  public static List<Site> of(String driver) {
    List<Site> sites = ALL.get(driver);
    if (sites == null) {
      throw new IllegalArgumentException("There is no " + driver + " among " + names());
    }
    return sites;
  }
}

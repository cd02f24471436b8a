package io.postbus.driver.redisstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Driver;
import io.postbus.spi.Group;
import io.postbus.spi.Move;
import io.postbus.spi.Order;
import io.postbus.spi.Producer;
import io.postbus.spi.Received;
import io.postbus.spi.Settings;
import io.postbus.spi.Settlement;
import io.postbus.spi.Slot;
import io.postbus.spi.Start;
import io.postbus.spi.Store;
import io.postbus.spi.StoreContext;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.RedisBroker;
import io.postbus.testbrokers.RedisOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three masters, with streams on each of them. */
class RedisClusterIT {
  private static final List<RedisBroker> NODES = new ArrayList<>();
  private static final RedisOptions OPTIONS =
      RedisOptions.defaults()
          .setting("cluster-enabled", "yes")
          .setting("cluster-node-timeout", "2000");

  @BeforeAll
  static void start() {
    List<String> create = new ArrayList<>(List.of("--cluster", "create"));
    for (int i = 0; i < 3; i++) {
      RedisBroker node = RedisBroker.open(OPTIONS);
      NODES.add(node);
      create.add(node.uri().getAuthority());
    }
    create.add("--cluster-yes");
    cli(create.toArray(String[]::new));
    Eventually.within(Scene.PATIENCE)
        .until(
            "every node knows that the cluster is whole",
            () ->
                NODES.stream()
                    .allMatch(n -> n.redisCli("CLUSTER", "INFO").contains("cluster_state:ok")));
  }

  @AfterAll
  static void stop() {
    NODES.forEach(RedisBroker::close);
  }

  private static String cli(String... arguments) {
    return NODES.get(0).redisCli(arguments);
  }

  private static Map<String, Object> access() {
    return Map.of(
        "mode",
        "cluster",
        "uris",
        NODES.stream().map(n -> n.uri().toString()).toList(),
        "block",
        "200ms",
        "claim-after",
        "2s");
  }

  @Test
  void topicsOnAllNodesReachTheirGroups() throws Exception {
    try (Scene scene = new Scene(access())) {
      Driver driver = scene.driver(Map.of());
      String[] topics = {"a", "b", "c", "d", "e"};
      Group group = Scene.declared(driver, "all", Order.NONE, topics);
      Producer producer = Scene.producer(driver);
      List<String> sent = new ArrayList<>();
      for (String topic : topics) {
        List<Message> some = Scene.messages(topic, 200);
        Scene.publish(producer, some);
        some.forEach(m -> sent.add(m.id()));
      }
      Message direct = Message.of("a", "Direct", new byte[0]);
      assertThat(Scene.failure(producer.send(Destination.group("all"), direct))).isNull();
      sent.add(direct.id());
      assertThat(driver.topology().backlog(group).ready()).isEqualTo(1_001);

      Consumer consumer = Scene.consumer(driver, group, 100);
      List<Received> back = Scene.receive(consumer, 20);
      back.forEach(d -> assertThat(consumer.settle(d, Settlement.RELEASE)).isTrue());
      assertThat(Scene.drain(consumer, 1_001)).containsExactlyInAnyOrderElementsOf(sent);
      assertThat(consumer.flush(Scene.PATIENCE)).isTrue();
      assertThat(driver.topology().backlog(group).ready()).isZero();
    }
  }

  /** The stream's slot moves from node to node while it is written and read. */
  @Test
  void aStreamThatMovesToAnotherNodeLosesNothingAndKeepsItsOrder() throws Exception {
    try (Scene scene = new Scene(access())) {
      Driver driver = scene.driver(Map.of());
      Group group = Scene.declared(driver, "moving", Order.KEY, "moved");
      Consumer consumer = Scene.consumer(driver, group, 500);
      Producer producer = Scene.producer(driver);
      AtomicInteger sent = new AtomicInteger();
      AtomicBoolean moved = new AtomicBoolean();
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(() -> sendUntil(moved, producer, sent));
      Map<String, Set<Integer>> byKey = new HashMap<>();
      for (int move = 0; move < 4; move++) {
        int enough = count(byKey) + 1_000;
        takeUntil("more has come", consumer, byKey, () -> count(byKey) >= enough);
        moveSlotOf("scene.moved");
      }
      moved.set(true);
      takeUntil("all are sent", consumer, byKey, sending::isDone);
      sending.join();
      takeUntil("all have come", consumer, byKey, () -> count(byKey) == sent.get());
      byKey.values().forEach(numbers -> assertThat(List.copyOf(numbers)).isSorted());
    }
  }

  /** Its readers go on with what they had and with what they had asked for before. */
  @Test
  void aMemberThatWasNotActiveForAMomentHandlesInOrderWhatItHadNotHandled() throws Exception {
    try (Scene scene = new Scene(access())) {
      Driver driver = scene.driver(Map.of());
      Group group = Scene.declared(driver, "leased", Order.KEY, "lease");
      Scene.publish(Scene.producer(driver), Scene.messages("lease", 1_000));
      List<Received> revoked = new CopyOnWriteArrayList<>();
      ConsumerSpec spec = new ConsumerSpec(group, 50, Start.LATEST);
      Consumer consumer = driver.consumer(spec, (gone, until) -> revoked.addAll(gone));
      Map<String, Set<Integer>> byKey = new HashMap<>();
      for (int times = 1; times <= 3; times++) {
        List<Received> out = Scene.receive(consumer, 20);
        cli("-c", "DEL", "scene.postbus:owner:leased");
        int all = 20 * times;
        Eventually.within(Scene.PATIENCE).until("revoked", () -> revoked.size() == all);
        assertThat(revoked).containsAll(out);
        int enough = 200 * times;
        takeUntil("more has come", consumer, byKey, () -> count(byKey) >= enough);
      }
      takeUntil("all have come", consumer, byKey, () -> count(byKey) == 1_000);
      byKey.values().forEach(numbers -> assertThat(List.copyOf(numbers)).isSorted());
    }
  }

  /** Without waiting for one message before the next; every one must be confirmed. */
  private static void sendUntil(AtomicBoolean end, Producer producer, AtomicInteger sent) {
    List<CompletionStage<Void>> stages = new ArrayList<>();
    while (!end.get()) {
      int n = sent.getAndIncrement();
      Message m = Message.builder("moved", "Type").id("moved-" + n).key("key-" + n % 10).build();
      stages.add(producer.send(Destination.topic("moved"), m));
    }
    stages.forEach(s -> assertThat(Scene.failure(s)).isNull());
  }

  private static void takeUntil(
      String what, Consumer consumer, Map<String, Set<Integer>> byKey, BooleanSupplier done) {
    Eventually.within(Scene.PATIENCE)
        .until(
            what,
            () -> {
              boolean some = true;
              while (some && !done.getAsBoolean()) {
                some = take(consumer, byKey, Duration.ofMillis(100));
              }
              return done.getAsBoolean();
            });
  }

  private static int count(Map<String, Set<Integer>> byKey) {
    return byKey.values().stream().mapToInt(Set::size).sum();
  }

  /** Keeps the numbers in the order in which they came first. */
  private static boolean take(
      Consumer consumer, Map<String, Set<Integer>> byKey, Duration timeout) {
    List<Received> some = consumer.poll(40, timeout);
    for (Received d : some) {
      String id = d.message().id();
      byKey
          .computeIfAbsent(String.valueOf(d.message().key()), k -> new LinkedHashSet<>())
          .add(Integer.parseInt(id.substring(id.indexOf('-') + 1)));
      boolean unused = consumer.settle(d, Settlement.ACK);
    }
    return !some.isEmpty();
  }

  /** As an operator's tools do it: announced on both sides, moved, then told to all. */
  private static void moveSlotOf(String key) {
    String slot = cli("CLUSTER", "KEYSLOT", key).trim();
    RedisBroker from =
        NODES.stream()
            .filter(n -> n.redisCli("CLUSTER", "COUNTKEYSINSLOT", slot).trim().equals("1"))
            .findFirst()
            .orElseThrow();
    RedisBroker to = NODES.get((NODES.indexOf(from) + 1) % 3);
    String source = from.redisCli("CLUSTER", "MYID").trim();
    String target = to.redisCli("CLUSTER", "MYID").trim();
    to.redisCli("CLUSTER", "SETSLOT", slot, "IMPORTING", source);
    from.redisCli("CLUSTER", "SETSLOT", slot, "MIGRATING", target);
    String port = Integer.toString(to.endpoint().getPort());
    from.redisCli("MIGRATE", "127.0.0.1", port, key, "0", "5000");
    for (RedisBroker node : List.of(to, from, NODES.get((NODES.indexOf(to) + 1) % 3))) {
      node.redisCli("CLUSTER", "SETSLOT", slot, "NODE", target);
    }
  }

  @Test
  void theStoreIsOnAllNodes() {
    StoreContext context = new Context();
    try (Store store = new RedisStoreProvider().open(Settings.of(storeAccess()), context)) {
      List<Delayed> all = new ArrayList<>();
      for (int n = 0; n < 100; n++) {
        Message m = Message.of("topic", "Type", new byte[10]);
        Destination to = Destination.topic("topic");
        Slot slot = Slot.of(Instant.now().plusSeconds(n), 0, m.id(), to, 1);
        Delayed d = new Delayed(slot, Kind.DELAY, to, m, 1, "handle", null);
        all.add(d);
        store.delays().put(Slot.shard(m, context.shards()), List.of(d));
      }
      assertThat(store.delays().count(DelayedQuery.ALL)).isEqualTo(100);
      assertThat(store.delays().find(DelayedQuery.ALL.handle("handle"), null, 200).entries())
          .containsExactlyElementsOf(all);
      for (Delayed d : all) {
        int shard = Slot.shard(d.message(), context.shards());
        assertThat(store.delays().move(shard, List.of(Move.remove(d.slot()))).get(0)).isTrue();
      }
      assertThat(store.leases().acquire("lease", "me", Duration.ofMinutes(1))).isPresent();
      store.dedup().complete("group", List.of("1", "2"), Instant.now().plusSeconds(60));
      assertThat(store.dedup().completed("group", List.of("1", "2", "3"))).hasSize(2);
    }
  }

  private static Map<String, Object> storeAccess() {
    return Map.of("mode", "cluster", "uris", List.of(NODES.get(0).uri().toString()));
  }

  private record Context() implements StoreContext {
    @Override
    public String namespace() {
      return "cluster.";
    }

    @Override
    public String node() {
      return "node";
    }

    @Override
    public InstantSource clock() {
      return InstantSource.system();
    }

    @Override
    public int shards() {
      return 8;
    }

    @Override
    public Duration callTimeout() {
      return Duration.ofSeconds(15);
    }
  }
}

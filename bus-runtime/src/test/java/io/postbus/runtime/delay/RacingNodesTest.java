package io.postbus.runtime.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.DelayedMessages.Outcome;
import io.postbus.runtime.time.RealTimeline;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Delayed;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Store;
import io.postbus.spi.StoreCapability;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes in real time with threads of their own, on one store. */
class RacingNodesTest {
  /** One publication. */
  private record Published(String id, String node, Instant due, Instant at) {}

  /** Long enough for a starved machine, short enough to see what dead nodes leave behind. */
  private static final Duration IN_FLIGHT = Duration.ofSeconds(8);

  private final RealTimeline time = new RealTimeline("racing-nodes");
  private final Store store = DelayWorld.openStore(time, 16);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Published> published = new ConcurrentLinkedQueue<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Set<String> killed = ConcurrentHashMap.newKeySet();

  private record Node(String name, DelayEngine engine, NodeTime own, ReachedStore reached) {}

  @AfterEach
  void close() {
    nodes.stream()
        .filter(n -> !killed.contains(n.name))
        .forEach(n -> n.engine.stop(Duration.ofSeconds(5)));
    threads.shutdownNow();
    time.close();
    store.close();
  }

  @Test
  void fireEachEntryOnceAndNoneEarly() throws Exception {
    List<Node> three = List.of(join("a"), join("b"), join("c"));
    Instant from = Instant.now();
    putFromAll(three, 30_000, from, Duration.ofSeconds(4));
    awaitAll(30_000);
    assertThat(published).hasSize(30_000);
    assertNoneEarly();
    assertThat(published.stream().map(Published::node).distinct()).hasSize(3);
    Eventually.within(Duration.ofSeconds(5))
        .until("all is cleared away", () -> store.delays().count(DelayedQuery.ALL) == 0);
  }

  @Test
  void loseNothingWhenNodesAreKilledAndOthersJoin() throws Exception {
    List<Node> first = List.of(join("a"), join("b"), join("c"));
    Instant from = Instant.now();
    putFromAll(first, 20_000, from, Duration.ofSeconds(10));
    awaitPublished(2_000);
    kill(first.get(0));
    awaitPublished(5_000);
    Node fourth = join("d");
    kill(first.get(1));
    awaitPublished(10_000);
    kill(fourth);
    join("e");
    awaitAll(20_000);
    assertNoneEarly();
    assertThat(idsOfRepeated())
        .allSatisfy(
            id ->
                assertThat(published.stream().filter(p -> p.id.equals(id)).map(Published::node))
                    .containsAnyElementsOf(killed));
    Eventually.within(Duration.ofSeconds(20))
        .until("all is cleared away", () -> store.delays().count(DelayedQuery.ALL) == 0);
  }

  @Test
  void neverFireWhatWasCancelled() throws Exception {
    Node a = join("a");
    Node b = join("b");
    int count = 4_000;
    Instant from = Instant.now();
    putFromAll(List.of(a, b), count, from, Duration.ofSeconds(3));
    Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
    List<Future<?>> cancelling = new ArrayList<>();
    for (Node node : List.of(a, b)) {
      cancelling.add(threads.submit(() -> cancelAroundTheirTimes(node, count, from, outcomes)));
    }
    for (Future<?> each : cancelling) {
      each.get(40, TimeUnit.SECONDS);
    }
    List<String> cancelled =
        outcomes.keySet().stream().filter(id -> outcomes.get(id) == Outcome.DONE).toList();
    awaitAll(count - cancelled.size());
    assertThat(cancelled).hasSizeBetween(1, count - 1);
    assertThat(published).hasSize(count - cancelled.size());
    assertThat(published.stream().map(Published::id)).doesNotContainAnyElementsOf(cancelled);
    Eventually.within(Duration.ofSeconds(5))
        .until("all is cleared away", () -> store.delays().count(DelayedQuery.ALL) == 0);
  }

  /** Cancels each entry within 2 ms of its due time, before or after. */
  private void cancelAroundTheirTimes(
      Node node, int count, Instant from, Map<String, Outcome> outcomes) {
    Random random = new Random(node.name.hashCode());
    for (int i = 0; i < count; i++) {
      long wait =
          Duration.between(Instant.now(), due(i, count, from, Duration.ofSeconds(3))).toNanos();
      java.util.concurrent.locks.LockSupport.parkNanos(
          wait + random.nextInt(4_000_000) - 2_000_000);
      if (random.nextInt(4) == 0) {
        Outcome outcome = node.engine.cancel("m" + i);
        outcomes.merge("m" + i, outcome, (x, y) -> x == Outcome.DONE ? x : y);
      }
    }
  }

  private Node join(String name) {
    ReachedStore reached = new ReachedStore(store, StoreCapability.SHARED);
    NodeTime own = new NodeTime(time, threads);
    DelaySettings settings = DelaySettings.of("race", name).inFlight(IN_FLIGHT);
    Outlet outlet = entry -> publish(name, entry);
    DelayEngine engine =
        new DelayEngine(settings, reached, own, own, outlet, DelayEvents.NONE, null);
    Node node = new Node(name, engine, own, reached);
    nodes.add(node);
    engine.start();
    return node;
  }

  private CompletionStage<Void> publish(String node, Delayed entry) {
    if (killed.contains(node)) {
      return new CompletableFuture<>();
    }
    String id = entry.message().id();
    published.add(new Published(id, node, entry.slot().due(), time.instant()));
    return CompletableFuture.runAsync(() -> {}, threads);
  }

  private void kill(Node node) {
    killed.add(node.name);
    node.reached.fault = new ClosedException("A killed node's store");
    node.own.die();
  }

  private void putFromAll(List<Node> writers, int count, Instant from, Duration over)
      throws Exception {
    List<CompletionStage<Void>> puts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Delayed entry = DelayWorld.entry("m" + i, due(i, count, from, over), null);
      puts.add(writers.get(i % writers.size()).engine.put(entry));
    }
    for (CompletionStage<Void> put : puts) {
      put.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  /** Spread over the time, beginning a second after its start. */
  private static Instant due(int i, int count, Instant from, Duration over) {
    long millis = 1000 + over.toMillis() * i / count;
    return Instant.ofEpochMilli(from.toEpochMilli() + millis);
  }

  private void awaitPublished(int count) {
    Eventually.within(Duration.ofSeconds(40))
        .until(count + " are published", () -> published.size() >= count);
  }

  private void awaitAll(int count) {
    Eventually.within(Duration.ofSeconds(40))
        .until(
            count + " different ones are published",
            () -> published.stream().map(Published::id).distinct().count() == count);
  }

  private void assertNoneEarly() {
    assertThat(published).allSatisfy(p -> assertThat(p.at).isAfterOrEqualTo(p.due));
  }

  private List<String> idsOfRepeated() {
    Set<String> seen = new HashSet<>();
    return published.stream().map(Published::id).filter(id -> !seen.add(id)).toList();
  }
}

package io.postbus.runtime.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.DelayedMessages.Outcome;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.runtime.delay.DelayWorld.Node;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.PublishException;
import io.postbus.spi.Slot;
import io.postbus.spi.StoreCapability;
import io.postbus.spi.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The outbox entries of a key leave in order, whatever fails; those of other keys do not care. */
class KeyOrderTest {
  private static final long NEAR = 100;
  private final PublishException refused = PublishException.unroutable("by a test");

  private final DelayWorld world = new DelayWorld();
  private final Map<String, @Nullable CompletionStage<Void>> answers = new HashMap<>();
  private final List<String> confirmed = new ArrayList<>();
  private int order;

  KeyOrderTest() {
    world.published.answer =
        entry -> {
          String id = entry.message().id();
          CompletionStage<Void> end =
              answers.containsKey(id) ? answers.get(id) : CompletableFuture.completedFuture(null);
          return end == null ? null : end.thenRun(() -> confirmed.add(id));
        };
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void sendsOneAfterTheOther() {
    node("a");
    CompletableFuture<Void> first = new CompletableFuture<>();
    answers.put("k1", first);
    commit("k1", "k2", "k3", "j1", "j2");
    world.advance(NEAR);
    assertThat(world.published.ids()).containsExactlyInAnyOrder("k1", "j1", "j2");
    first.complete(null);
    world.advance(1);
    assertThat(world.published.ids()).endsWith("k2", "k3");
    world.advance(NEAR);
    assertThat(world.waiting()).isZero();
    assertThat(world.published.all).hasSize(5);
  }

  @Test
  void sendsAtOnceWhatHasNoKey() {
    node("a");
    answers.put("-1", new CompletableFuture<>());
    commit("-1", "-2");
    world.advance(NEAR);
    assertThat(world.published.ids()).containsExactly("-1", "-2");
  }

  @Test
  void aRefusedOneHoldsBackItsKeyAndNobodyElse() {
    node("a");
    refuse("k1");
    commit("k1", "k2", "j1");
    world.advance(NEAR);
    commit("k3", "j2");
    world.advance(10_000);
    assertThat(confirmed).containsExactly("j1", "j2");
    assertThat(world.published.ids().stream().filter("k1"::equals).count()).isBetween(3L, 5L);
    answers.clear();
    world.advance(60_000);
    assertThat(confirmed).containsExactly("j1", "j2", "k1", "k2", "k3");
    assertThat(world.waiting()).isZero();
    assertThat(world.published.all.get(world.published.all.size() - 3).entry().message().headers())
        .isEmpty();
  }

  @Test
  void whatFollowsADeadOneGoesOn() {
    node("a");
    refuse("k1");
    commit("k1", "k2", "k3");
    world.advance(200_000);
    assertThat(confirmed).containsExactly("k2", "k3");
    assertThat(onlyEntry().kind()).isEqualTo(Kind.DEAD);
    assertThat(onlyEntry().message().headers()).containsOnlyKeys("postbus-unsent");
  }

  @Test
  void whoTakesOverKeepsTheOrderAndTheWait() {
    Node first = node("a");
    refuse("k1");
    commit("k1", "k2", "k3");
    world.advance(20_000);
    long tried = world.published.all.size();
    assertThat(tried).isBetween(4L, 5L);
    first.kill();
    commit("k4", "j1");
    node("b");
    world.advance(8_000);
    assertThat(confirmed).containsExactly("j1");
    assertThat(world.published.all.size()).isBetween((int) tried + 1, (int) tried + 2);
    answers.clear();
    world.advance(60_000);
    assertThat(confirmed).containsExactly("j1", "k1", "k2", "k3", "k4");
  }

  @Test
  void whoTakesOverBeginsWithWhatWasOnItsWay() {
    Node first = node("a");
    answers.put("k1", null);
    commit("k1", "k2");
    world.advance(NEAR);
    first.kill();
    commit("k3");
    answers.clear();
    node("b");
    world.advance(10_000);
    assertThat(world.published.ids()).containsExactly("k1", "k1", "k2", "k3");
    world.advance(60_000);
    assertThat(world.published.all).hasSize(4);
    assertThat(world.waiting()).isZero();
  }

  @Test
  void triesAgainWhatWasNeverAnswered() {
    node("a");
    answers.put("k1", null);
    commit("k1", "k2");
    world.advance(29_000);
    assertThat(world.published.ids()).containsExactly("k1");
    answers.clear();
    world.advance(5_000);
    assertThat(world.published.ids()).containsExactly("k1", "k1", "k2");
    assertThat(world.waiting()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anOutageKeepsTheOrder(boolean surelyNotOut) {
    Node node = node("a");
    RuntimeException away =
        surelyNotOut
            ? PublishException.rejected("away", null)
            : PublishException.unknown("away", null);
    world.published.ready = !surelyNotOut;
    CompletionStage<Void> fails = CompletableFuture.failedFuture(away);
    for (String id : List.of("k1", "k2", "k3", "j1")) {
      answers.put(id, fails);
    }
    commit("k1", "k2", "j1");
    world.advance(7_000);
    commit("k3");
    world.advance(7_000);
    assertThat(confirmed).isEmpty();
    answers.clear();
    world.published.ready = true;
    world.advance(20_000);
    assertThat(confirmed).containsExactlyInAnyOrder("k1", "k2", "k3", "j1");
    assertThat(of("k")).containsExactly("k1", "k2", "k3");
    assertThat(world.waiting()).isZero();
    assertThat(node.engine().stats().bytes()).isZero();
    assertThat(node.engine().stats().inFlight()).isZero();
    assertThat(node.engine().stats().open()).isZero();
  }

  @Test
  void anOutcomeThatOneAloneDoesNotLearnHoldsBackItsKey() {
    node("a");
    answers.put("k1", CompletableFuture.failedFuture(PublishException.unknown("lost", null)));
    // Another one of the shard gets through, so that it is no outage.
    String neighbour = neighbourOf("k");
    commit("k1", "k2", neighbour + "1");
    world.advance(5_000);
    assertThat(confirmed).containsExactly(neighbour + "1");
    answers.clear();
    world.advance(5_000);
    assertThat(of("k")).containsExactly("k1", "k2");
  }

  @Test
  void whatALongTransactionCommitsLateGoesBeforeWhatFollowsIt() {
    node("a");
    world.advance(NEAR);
    Delayed early = entry("k1");
    world.advance(120_000);
    put(early);
    commit("k2");
    world.advance(NEAR);
    assertThat(confirmed).containsExactly("k1", "k2");
  }

  @Test
  void whatFollowsACancelledOneGoesOn() {
    Node node = node("a");
    refuse("k1");
    commit("k1", "k2");
    world.advance(20_000);
    assertThat(node.engine().cancel("k1")).isEqualTo(Outcome.DONE);
    world.advance(30_000);
    assertThat(confirmed).containsExactly("k2");
    assertThat(world.waiting()).isZero();
  }

  @Test
  void oneThatIsSentNowByHandStillGoesFirst() {
    Node node = node("a");
    refuse("k1");
    commit("k1", "k2");
    world.advance(60_000);
    answers.clear();
    assertThat(node.engine().sendNow("k1")).isEqualTo(Outcome.DONE);
    world.advance(2_000);
    assertThat(confirmed).containsExactly("k1", "k2");
  }

  @Test
  void aMoveOfUnknownOutcomeKeepsTheOrder() {
    Node node = node("a");
    commit("k1", "k2");
    node.store().afterMove =
        () -> {
          node.store().afterMove = () -> {};
          throw new StoreException("the answer is lost on purpose by a test", true, null);
        };
    world.advance(10_000);
    assertThat(confirmed).containsExactly("k1", "k2");
    assertThat(world.waiting()).isZero();
  }

  @Test
  void moreFollowersThanAreRememberedStayInOrder() {
    node("a");
    refuse("k0");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 11_000; i++) {
      ids.add("k" + i);
    }
    commit(ids.toArray(String[]::new));
    world.advance(3_000);
    commit("k11000");
    world.advance(3_000);
    assertThat(confirmed).isEmpty();
    answers.clear();
    world.advance(60_000);
    ids.add("k11000");
    assertThat(confirmed).isEqualTo(ids);
    assertThat(world.waiting()).isZero();
  }

  /** Whatever happens: of each key every message is confirmed, first ones in order. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void survivesAStorm(long seed) {
    Random random = new Random(seed);
    Map<String, List<String>> committed = new HashMap<>();
    world.published.answer = entry -> stormy(entry, random);
    Node node = node("n0");
    int[] count = new int[8];
    for (int round = 0; round < 300; round++) {
      for (int i = random.nextInt(6); i > 0; i--) {
        int key = random.nextInt(count.length);
        String id = (char) ('p' + key) + "" + ++count[key];
        commit(id);
        committed.computeIfAbsent(id.substring(0, 1), k -> new ArrayList<>()).add(id);
      }
      world.advance(random.nextInt(300));
      if (random.nextInt(60) == 0) {
        node.kill();
        node = node("n" + (round + 1));
      }
    }
    world.published.answer = entry -> confirm(entry);
    world.advance(100_000);
    committed.forEach((key, ids) -> assertThat(of(key)).as(key).isEqualTo(ids));
    assertThat(world.waiting()).isZero();
  }

  private @Nullable CompletionStage<Void> stormy(Delayed entry, Random random) {
    return switch (random.nextInt(20)) {
      case 0 -> CompletableFuture.failedFuture(new ConnectionException("in a storm", null));
      case 1 -> CompletableFuture.failedFuture(PublishException.unknown("in a storm", null));
      case 2 -> CompletableFuture.failedFuture(PublishException.rejected("in a storm", null));
      case 3 -> {
        CompletableFuture<Void> late = new CompletableFuture<>();
        world.time.schedule(
            Duration.ofMillis(random.nextInt(200)),
            () -> late.completeAsync(() -> null, Runnable::run));
        yield late.thenRun(() -> confirmed.add(entry.message().id()));
      }
      default -> confirm(entry);
    };
  }

  private CompletionStage<Void> confirm(Delayed entry) {
    confirmed.add(entry.message().id());
    return CompletableFuture.completedFuture(null);
  }

  private Node node(String name) {
    DelaySettings settings = DelaySettings.of("test", name).publishAttempts(7);
    Node made = world.make(settings, StoreCapability.TRANSACTIONAL);
    made.engine().start();
    return made;
  }

  private void refuse(String id) {
    answers.put(id, CompletableFuture.failedFuture(refused));
  }

  /** Those of the key that were confirmed, each where it was first. */
  private List<String> of(String key) {
    Set<String> seen = new HashSet<>();
    return confirmed.stream().filter(id -> id.startsWith(key) && seen.add(id)).toList();
  }

  /** Another key of the same shard. */
  private static String neighbourOf(String key) {
    for (char c = 'a'; ; c++) {
      if (c != key.charAt(0) && shard(c + "1") == shard(key + "1")) {
        return String.valueOf(c);
      }
    }
  }

  private static int shard(String id) {
    return Slot.shard(message(id), DelayWorld.SHARDS);
  }

  /** As a transaction does that this node knows nothing of. */
  private void commit(String... ids) {
    for (String id : ids) {
      put(entry(id));
    }
  }

  private void put(Delayed entry) {
    world.putBehindTheirBacks(entry);
  }

  private Delayed entry(String id) {
    Destination to = Destination.topic("orders");
    Instant now = world.time.instant();
    order = order % 32_000 + 1;
    Slot slot = Slot.of(now.plusMillis(order / 32_000), order, id, to, 1);
    return new Delayed(slot, Kind.OUTBOX, to, message(id), 1, null, null);
  }

  /** Its key is the first letter of its id; "-" is none. */
  private static Message message(String id) {
    String key = id.startsWith("-") ? null : id.substring(0, 1);
    return Message.builder("orders", "Placed").id(id).key(key).time(DelayWorld.START).build();
  }

  private Delayed onlyEntry() {
    List<Delayed> all = world.store.delays().find(DelayedQuery.ALL, null, 100).entries();
    assertThat(all).hasSize(1);
    return all.get(0);
  }
}

package io.postbus.runtime.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.DelayedMessages.Outcome;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.runtime.delay.DelaySettings.Firing;
import io.postbus.runtime.delay.DelayWorld.Node;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import io.postbus.spi.StoreCapability;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DelayEngineTest {
  private final DelayWorld world = new DelayWorld();
  private final Publications published = world.published;

  @AfterEach
  void close() {
    world.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 149, 9_999, 10_000, 10_001, 1_800_000})
  void firesWhenDueAndNotAMillisecondBefore(long delay) {
    Node node = world.node("a");
    var put = node.engine().put(world.entry("m", delay));
    assertThat(put).isCompleted();
    world.advance(delay - 1);
    assertThat(published.ids()).isEmpty();
    world.advance(1);
    assertThat(published.ids()).containsExactly("m");
    world.advance(60_000);
    assertThat(published.ids()).containsExactly("m");
    assertThat(world.waiting()).isZero();
  }

  @Test
  void putsTheEntriesOfAMessageTogetherOrNotAtAll() {
    Node node = world.node("a");
    Delayed one = world.entry("m", 10);
    Delayed two =
        new Delayed(
            Slot.of(DelayWorld.START.plusMillis(10), 0, "m", Destination.group("g"), 1),
            Kind.GUARANTEED,
            Destination.group("g"),
            one.message(),
            1,
            null,
            null);
    int before = node.store().putCalls.get();
    assertThat(node.engine().put(List.of(one, two))).isCompleted();
    assertThat(node.store().putCalls.get() - before).isEqualTo(1);
    assertThat(world.waiting()).isEqualTo(2);
    world.advance(20);
    assertThat(published.ids()).containsExactly("m", "m");
  }

  @Test
  void firesAtOnceWhatIsDueAlready() {
    Node node = world.node("a");
    var put = node.engine().put(world.entry("late", -5000));
    assertThat(put).isCompleted();
    assertThat(published.ids()).containsExactly("late");
  }

  @Test
  void firesInTheOrderOfTheDueTimes() {
    Node node = world.make(DelaySettings.of("test", "a"));
    node.engine().start();
    List<Integer> delays = new ArrayList<>(IntStream.range(0, 500).boxed().toList());
    java.util.Collections.shuffle(delays, new java.util.Random(7));
    delays.forEach(d -> assertThat(node.engine().put(world.entry("m" + d, 20L * d))).isCompleted());
    world.advance(30_000);
    assertThat(published.ids()).isEqualTo(IntStream.range(0, 500).mapToObj(i -> "m" + i).toList());
    assertThat(published.times())
        .isEqualTo(
            IntStream.range(0, 500).mapToObj(i -> DelayWorld.START.plusMillis(20L * i)).toList());
  }

  @Test
  void firesWhatWasPutBeforeItStarted() {
    world.putBehindTheirBacks(world.entry("old", 10));
    world.putBehindTheirBacks(world.entry("far", 3_600_000));
    world.advance(1000);
    world.node("a");
    assertThat(published.ids()).containsExactly("old");
    world.advance(3_599_000);
    assertThat(published.ids()).containsExactly("old", "far");
  }

  @Test
  void findsWithin50MillisecondsWhatAnotherProcessPut() {
    world.node("a");
    for (int i = 0; i < 100; i++) {
      world.advance(37);
      int before = published.all.size();
      world.putBehindTheirBacks(world.entry("late" + i, world.now()));
      world.advance(50);
      assertThat(published.all).hasSize(before + 1);
    }
  }

  @Test
  void findsInTimeWhatAnotherProcessPutForLater() {
    world.node("a");
    List<Long> delays = List.of(60L, 149L, 151L, 400L, 4_900L, 9_000L, 11_000L, 14_999L);
    delays.forEach(d -> world.putBehindTheirBacks(world.entry("m" + d, d)));
    world.advance(20_000);
    assertThat(published.times())
        .zipSatisfy(
            delays,
            (at, delay) ->
                assertThat(Duration.between(DelayWorld.START, at).toMillis())
                    .isBetween(delay, delay + 10));
  }

  @Test
  void findsWithinSecondsWhatWasCommittedMinutesLate() {
    world.node("a");
    world.advance(700_000);
    world.putBehindTheirBacks(world.entry("nine minutes old", 160_000));
    world.advance(5_000);
    assertThat(published.ids()).containsExactly("nine minutes old");
  }

  @Test
  void findsWithinMinutesWhatWasCommittedHoursLate() {
    world.node("a");
    world.advance(7_200_000);
    world.putBehindTheirBacks(world.entry("an hour old", 3_600_000));
    world.advance(600_000);
    assertThat(published.ids()).containsExactly("an hour old");
  }

  @Test
  void cancelsExactlyUpToTheMomentOfFiring() {
    Node node = world.make(DelaySettings.of("test", "a"));
    node.engine().start();
    for (int offset = -20; offset <= 20; offset++) {
      String id = "m" + offset;
      long due = world.now() + 100;
      int before = published.all.size();
      var put =
          node.engine()
              .put(DelayWorld.entry(id, DelayWorld.START.plusMillis(due), "handle" + offset));
      assertThat(put).isCompleted();
      world.advance(100 + offset);
      Outcome outcome = node.engine().cancel("handle" + offset);
      assertThat(outcome).isEqualTo(offset < 0 ? Outcome.DONE : Outcome.NOT_FOUND);
      world.advance(100);
      assertThat(published.all).hasSize(before + (offset < 0 ? 0 : 1));
    }
  }

  @Test
  void isTooLateToCancelWhatIsOnItsWay() {
    Node node = world.node("a");
    published.answer = entry -> null;
    var put = node.engine().put(DelayWorld.entry("m", DelayWorld.START.plusMillis(10), "h"));
    assertThat(put).isCompleted();
    world.advance(10);
    assertThat(node.engine().cancel("h")).isEqualTo(Outcome.TOO_LATE);
    assertThat(node.engine().cancel("m")).isEqualTo(Outcome.TOO_LATE);
    assertThat(node.engine().reschedule("h", DelayWorld.START.plusSeconds(9)))
        .isEqualTo(Outcome.TOO_LATE);
    assertThat(node.engine().sendNow("h")).isEqualTo(Outcome.TOO_LATE);
    assertThat(node.engine().cancel("other")).isEqualTo(Outcome.NOT_FOUND);
    assertThat(published.ids()).containsExactly("m");
  }

  @Test
  void cancelsAllThatShareAHandleAndSaysIfOneWasTooLate() {
    Node node = world.node("a");
    for (int i = 0; i < 1200; i++) {
      String id = "m" + i;
      var put = node.engine().put(DelayWorld.entry(id, DelayWorld.START.plusSeconds(60), "h"));
      assertThat(put).isCompleted();
    }
    assertThat(node.engine().cancel("h")).isEqualTo(Outcome.DONE);
    assertThat(world.waiting()).isZero();
    published.answer = entry -> null;
    assertThat(node.engine().put(DelayWorld.entry("x", DelayWorld.START, "h"))).isCompleted();
    assertThat(node.engine().put(DelayWorld.entry("y", DelayWorld.START.plusSeconds(60), "h")))
        .isCompleted();
    assertThat(node.engine().cancel("h")).isEqualTo(Outcome.TOO_LATE);
    world.advance(120_000);
    assertThat(published.ids()).doesNotContain("y").contains("x");
  }

  @Test
  void reschedulesAndSendsNow() {
    Node node = world.node("a");
    assertThat(node.engine().put(DelayWorld.entry("m", DelayWorld.START.plusSeconds(5), "h")))
        .isCompleted();
    assertThat(node.engine().reschedule("h", DelayWorld.START.plusSeconds(3600)))
        .isEqualTo(Outcome.DONE);
    world.advance(60_000);
    assertThat(published.ids()).isEmpty();
    assertThat(node.engine().reschedule("m", world.time.instant().plusMillis(20)))
        .isEqualTo(Outcome.DONE);
    world.advance(19);
    assertThat(published.ids()).isEmpty();
    assertThat(node.engine().sendNow("h")).isEqualTo(Outcome.DONE);
    world.advance(0);
    assertThat(published.ids()).containsExactly("m");
    world.advance(50);
    assertThat(node.engine().sendNow("h")).isEqualTo(Outcome.NOT_FOUND);
  }

  @Test
  void changesAnEntryThatWasFound() {
    Node node = world.node("a");
    Delayed entry = world.entry("m", 5000);
    assertThat(node.engine().put(entry)).isCompleted();
    Delayed moved = entry.at(DelayWorld.START.plusSeconds(9));
    assertThat(node.engine().reschedule(entry, DelayWorld.START.plusSeconds(9)))
        .isEqualTo(Outcome.DONE);
    assertThat(node.engine().cancel(moved)).isEqualTo(Outcome.DONE);
    assertThat(node.engine().cancel(moved)).isEqualTo(Outcome.TOO_LATE);
    world.advance(20_000);
    assertThat(published.ids()).isEmpty();
  }

  @Test
  void followsAnEntryThatSomebodyElseHasJustMoved() {
    Node node = world.node("a");
    Delayed entry = world.entry("m", 5000);
    assertThat(node.engine().put(entry)).isCompleted();
    assertThat(node.engine().reschedule("m", DelayWorld.START.plusSeconds(9)))
        .isEqualTo(Outcome.DONE);
    assertThat(node.engine().cancel(entry)).isEqualTo(Outcome.DONE);
    world.advance(20_000);
    assertThat(published.ids()).isEmpty();
  }

  @Test
  void movesAnEntryForItsCaller() {
    Node node = world.node("a");
    Delayed entry = world.entry("m", 5000);
    assertThat(node.engine().put(entry)).isCompleted();
    Delayed next = entry.at(DelayWorld.START.plusMillis(3));
    assertThat(node.engine().move(entry, List.of(next))).isCompletedWithValue(true);
    assertThat(node.engine().move(entry, List.of())).isCompletedWithValue(false);
    world.advance(3);
    assertThat(published.ids()).containsExactly("m");
  }

  @Test
  void firesNothingWhereFiringIsOff() {
    Node writer = world.make(DelaySettings.of("test", "w").firing(Firing.OFF));
    writer.engine().start();
    assertThat(writer.engine().put(world.entry("m", 10))).isCompleted();
    world.advance(10_000);
    assertThat(published.ids()).isEmpty();
    world.node("a");
    assertThat(published.ids()).containsExactly("m");
  }

  @Test
  void firesByTheClockOfTheStore() {
    ReachedStore store = new ReachedStore(world.store);
    store.ahead = Duration.ofMinutes(7);
    NodeTime own = new NodeTime(world.time, Runnable::run);
    Node node = world.make(DelaySettings.of("test", "a"), store, own, published, DelayEvents.NONE);
    node.engine().start();
    Instant due = node.engine().due(Duration.ofSeconds(30));
    assertThat(due).isEqualTo(DelayWorld.START.plusSeconds(450));
    assertThat(node.engine().put(DelayWorld.entry("m", due, null))).isCompleted();
    world.advance(29_999);
    assertThat(published.ids()).isEmpty();
    world.advance(1);
    assertThat(published.ids()).containsExactly("m");
  }

  @Test
  void fires100000ThatAreDueInOneMillisecondOnceEach() {
    Node node = world.node("a");
    for (int shard = 0; shard < DelayWorld.SHARDS; shard++) {
      int s = shard;
      List<Delayed> all =
          IntStream.range(0, 200_000)
              .mapToObj(i -> "m" + i)
              .filter(id -> Slot.shard(world.entry(id, 0).message(), DelayWorld.SHARDS) == s)
              .limit(100_000 / DelayWorld.SHARDS)
              .map(id -> world.entry(id, 30_000))
              .toList();
      for (int i = 0; i < all.size(); i += 500) {
        world.store.delays().put(s, all.subList(i, Math.min(i + 500, all.size())));
      }
    }
    List<String> fired = new ArrayList<>();
    published.answer =
        entry -> {
          assertThat(world.now()).isGreaterThanOrEqualTo(30_000);
          return CompletableFuture.completedFuture(null);
        };
    world.advance(29_999);
    assertThat(published.all).isEmpty();
    assertThat(node.engine().stats().bytes()).isBetween(1L, 17L << 20);
    world.advance(500);
    fired.addAll(published.ids());
    assertThat(fired).hasSize(100_000).doesNotHaveDuplicates();
    assertThat(node.engine().stats().bytes()).isZero();
    assertThat(world.waiting()).isZero();
  }

  @Test
  void keepsFarEntriesOutOfMemory() {
    Node node = world.node("a");
    for (int i = 0; i < 5000; i++) {
      assertThat(node.engine().put(world.entry("m" + i, 60_000 + i))).isCompleted();
    }
    world.advance(40_000);
    assertThat(node.engine().stats().open()).isZero();
    assertThat(node.engine().stats().bytes()).isZero();
    world.advance(16_000);
    assertThat(node.engine().stats().open()).isEqualTo(5000);
    assertThat(node.engine().stats().bytes()).isZero();
    world.advance(3_900);
    assertThat(node.engine().stats().bytes()).isPositive();
    world.advance(10_000);
    assertThat(published.ids()).hasSize(5000);
  }

  @Test
  void firesInTimeHoweverFewSlotsItKeeps() {
    int shards = 1600;
    int most = 160_000 / shards;
    Store store = DelayWorld.openStore(world.time, shards);
    Node node =
        world.make(
            DelaySettings.of("test", "a"),
            new ReachedStore(store, StoreCapability.SHARED),
            new NodeTime(world.time, Runnable::run),
            published,
            DelayEvents.NONE);
    node.engine().start();
    for (int i = 0; i < 4000; i++) {
      Message m = Message.builder("orders", "Placed").id("m" + i).key("one shard").build();
      Instant due = DelayWorld.START.plusMillis(i % 2 == 0 ? 2000 + i : 9000);
      assertThat(node.engine().put(DelayWorld.entry(m, due, null))).isCompleted();
      assertThat(node.engine().stats().open()).isLessThanOrEqualTo(most);
    }
    world.advance(9_100);
    assertThat(published.ids()).hasSize(4000).doesNotHaveDuplicates();
    assertThat(published.all)
        .allSatisfy(
            p ->
                assertThat(Duration.between(p.entry().slot().due(), p.at()))
                    .isBetween(Duration.ZERO, Duration.ofMillis(60)));
    store.close();
  }

  @Test
  void doesNotRepeatWhatTheBrokerTakesLongToConfirm() {
    world.node("a");
    world.putBehindTheirBacks(world.entry("slow", 10));
    CompletableFuture<Void> confirm = new CompletableFuture<>();
    published.answer = entry -> confirm;
    world.advance(14_000);
    confirm.complete(null);
    world.advance(120_000);
    assertThat(published.ids()).containsExactly("slow");
    assertThat(world.waiting()).isZero();
  }

  @Test
  void publishesAgainWhatTheBrokerNeverConfirms() {
    Node node = world.node("a");
    published.answer = entry -> null;
    assertThat(node.engine().put(world.entry("m", 10))).isCompleted();
    world.advance(30_009);
    assertThat(published.ids()).containsExactly("m");
    published.answer = entry -> CompletableFuture.completedFuture(null);
    world.advance(60);
    assertThat(published.ids()).containsExactly("m", "m");
    world.advance(100);
    assertThat(world.waiting()).isZero();
  }

  @Test
  void goesOnAfterAnOutageOfTheStore() {
    Node node = world.node("a");
    for (int i = 0; i < 100; i++) {
      assertThat(node.engine().put(world.entry("m" + i, 1000 + 100 * i))).isCompleted();
    }
    world.advance(3000);
    assertThat(published.all).hasSize(21);
    node.store().fault = new ConnectionException("cut by a test", null);
    world.advance(60_000);
    assertThat(published.all).hasSize(21);
    assertThat(node.engine().storeFailing()).isTrue();
    node.store().fault = null;
    world.advance(10_000);
    // The last before the outage was published and could not be removed in time.
    assertThat(published.ids().subList(0, 21)).doesNotHaveDuplicates().contains("m20");
    assertThat(published.ids().subList(21, 101))
        .hasSize(80)
        .doesNotHaveDuplicates()
        .contains("m20", "m99");
    assertThat(node.engine().storeFailing()).isFalse();
    assertThat(world.waiting()).isZero();
  }

  @Test
  void losesNothingWhenTheOutcomeOfAMoveIsUnknown() {
    Node node = world.node("a");
    assertThat(node.engine().put(world.entry("m", 1000))).isCompleted();
    world.advance(500);
    node.store().afterMove = () -> node.store().fault = new ConnectionException("cut", null);
    world.advance(1000);
    node.store().afterMove = () -> {};
    node.store().fault = null;
    assertThat(published.ids()).isEmpty();
    world.advance(40_000);
    assertThat(published.ids()).containsExactly("m");
    assertThat(world.waiting()).isZero();
  }

  @Test
  void passesOverDaysQuickly() {
    Node node = world.make(DelaySettings.of("test", "a"));
    node.engine().start();
    assertThat(node.engine().put(world.entry(MessageId.next(), Duration.ofDays(2).toMillis())))
        .isCompleted();
    long begun = System.nanoTime();
    world.time.advance(Duration.ofDays(2));
    assertThat(published.all).hasSize(1);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
  }
}

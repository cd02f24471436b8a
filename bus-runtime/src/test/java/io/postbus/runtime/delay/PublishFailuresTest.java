package io.postbus.runtime.delay;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.DeadLetters;
import io.postbus.DelayedMessages.Outcome;
import io.postbus.message.Destination;
import io.postbus.runtime.delay.DelayWorld.Node;
import io.postbus.runtime.delay.Publications.Published;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Failure;
import io.postbus.spi.PublishException;
import io.postbus.spi.Slot;
import io.postbus.spi.StoreCapability;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PublishFailuresTest {
  private final DelayWorld world = new DelayWorld();
  private final Publications published = world.published;
  private final List<Delayed> died = new ArrayList<>();
  private final Node node = node();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void triesWhatIsRefusedLessAndLessOftenAndEndsItDead() {
    published.refuse(PublishException.unroutable("no group takes it"));
    put(world.entry("m", 10));
    world.advance(40_000);
    List<Long> seconds =
        published.times().stream()
            .map(at -> Duration.between(DelayWorld.START, at).toSeconds())
            .toList();
    assertThat(seconds).containsExactly(0L, 1L, 3L, 7L, 15L);
    world.advance(1_000_000);
    assertThat(published.all).hasSize(5);
    assertThat(published.all).allSatisfy(p -> assertThat(p.entry().message().headers()).isEmpty());
    Delayed dead = onlyEntry();
    assertThat(died).containsExactly(dead);
    assertThat(dead.kind()).isEqualTo(Kind.DEAD);
    assertThat(dead.slot().never()).isTrue();
    assertThat(dead.destination()).isEqualTo(Destination.group(DeadLetters.UNSENT));
    assertThat(dead.message().headers()).containsOnlyKeys("postbus-unsent");
    Failure failure = dead.failure();
    assertThat(failure).isNotNull();
    assertThat(failure.error()).isEqualTo("UNROUTABLE");
    assertThat(failure.message()).isEqualTo("no group takes it");
    assertThat(failure.first()).isEqualTo(DelayWorld.START.plusMillis(10));
    assertThat(failure.last()).isAfter(DelayWorld.START.plusSeconds(15));
    assertThat(node.engine().stats().dead()).isEqualTo(1);
  }

  @Test
  void countsOnlyRefusalsInARowOfTheEntryItself() {
    refuseOnly("bad", PublishException.refused("too large", null));
    for (int i = 0; i < 100; i++) {
      put(world.entry("good" + i, 10L * i));
    }
    put(world.entry("bad", 500));
    world.advance(999);
    assertThat(published.ids().stream().filter(id -> id.startsWith("good"))).hasSize(100);
    assertThat(published.times())
        .filteredOn(at -> at.isAfter(DelayWorld.START))
        .allSatisfy(at -> assertThat(at).isBefore(DelayWorld.START.plusMillis(1001)));
    world.advance(60_000);
    assertThat(onlyEntry().kind()).isEqualTo(Kind.DEAD);
  }

  @Test
  void publishesWhatIsTakenInTheEnd() {
    published.refuse(PublishException.rejected("the queue is full", null));
    put(world.entry("m", 10));
    world.advance(2000);
    assertThat(onlyEntry().failure()).isNotNull();
    published.answer = entry -> CompletableFuture.completedFuture(null);
    world.advance(2000);
    assertThat(published.ids()).containsExactly("m", "m", "m");
    assertThat(published.all.get(2).entry().message().headers()).isEmpty();
    assertThat(world.waiting()).isZero();
    assertThat(died).isEmpty();
  }

  @Test
  void waitsForABrokerThatIsDownWithoutCountingAndThenFiresAllInOrder() {
    published.refuse(new ConnectionException("the broker is gone", null));
    for (int i = 0; i < 200; i++) {
      put(world.entry("m" + i, 10L * i));
    }
    world.advance(3_600_000);
    int tries = published.all.size();
    assertThat(tries).isLessThan(200 + 16 * 3_600 / 5 + 16 * 10);
    assertThat(died).isEmpty();
    published.all.clear();
    published.answer = entry -> CompletableFuture.completedFuture(null);
    world.advance(6_000);
    assertThat(published.ids()).hasSize(200).doesNotHaveDuplicates();
    assertThat(world.waiting()).isZero();
    assertThat(published.all.stream().map(Published::entry).collect(groupingBy(this::shard)))
        .allSatisfy((shard, entries) -> assertThat(entries).extracting(Delayed::slot).isSorted());
  }

  @Test
  void movesNothingWhileTheBrokerIsKnownToTakeNothing() {
    published.ready = false;
    put(world.entry("m", 10));
    world.advance(60_000);
    assertThat(published.all).isEmpty();
    assertThat(node.store().moveCalls).hasValue(0);
    assertThat(node.engine().cancel("m")).isEqualTo(Outcome.DONE);
    put(world.entry("n", 10));
    published.ready = true;
    world.advance(200);
    assertThat(published.ids()).containsExactly("n");
  }

  @Test
  void doesNotPromiseACancellationAfterAnUnknownOutcome() {
    published.refuse(PublishException.unknown("no confirmation", null));
    put(world.entry("m", 10));
    world.advance(100);
    assertThat(node.engine().cancel("m")).isEqualTo(Outcome.TOO_LATE);
    published.answer = entry -> CompletableFuture.completedFuture(null);
    world.advance(5_000);
    assertThat(published.ids()).endsWith("m").hasSizeGreaterThan(1);
    assertThat(world.waiting()).isZero();
  }

  /** Its group's queue was deleted, say; it may have been sent there before. */
  @Test
  void countsWhatTheBrokerHasLostThePlaceOfAndPromisesNothing() {
    PublishException noPlace = PublishException.unroutable("there is no queue");
    published.refuse(PublishException.unknown("a group wants it", noPlace));
    put(world.entry("m", 10));
    world.advance(500);
    assertThat(onlyEntry().failure()).isNotNull();
    assertThat(node.engine().cancel("m")).isEqualTo(Outcome.TOO_LATE);
    published.answer = entry -> CompletableFuture.completedFuture(null);
    world.advance(2_000);
    assertThat(published.ids()).containsExactly("m", "m");
    assertThat(world.waiting()).isZero();
  }

  @Test
  void cancelsWhatWasSurelyNotTaken() {
    published.refuse(PublishException.refused("too large", null));
    put(world.entry("m", 10));
    world.advance(500);
    assertThat(node.engine().cancel("m")).isEqualTo(Outcome.DONE);
    world.advance(600_000);
    assertThat(published.ids()).containsExactly("m");
    assertThat(world.waiting()).isZero();
  }

  @Test
  void keepsTheFirstFailureAndTheRedrivesOfWhatHasFailedBefore() {
    published.refuse(PublishException.unroutable("the group is gone"));
    Instant first = DelayWorld.START.minusSeconds(3600);
    Failure before = new Failure(first, first, "java.io.IOException", "disk", "at…", 2);
    Delayed e = world.entry("m", 10);
    put(new Delayed(e.slot(), Kind.RETRY, e.destination(), e.message(), 3, null, before));
    world.advance(60_000);
    Failure failure = onlyEntry().failure();
    assertThat(failure).isNotNull();
    assertThat(failure.first()).isEqualTo(first);
    assertThat(failure.redrives()).isEqualTo(2);
    assertThat(failure.error()).isEqualTo("UNROUTABLE");
    assertThat(onlyEntry().attempt()).isEqualTo(3);
  }

  @Test
  void survivesAnOutletThatThrows() {
    published.answer =
        entry -> {
          if (entry.message().id().equals("bad")) {
            throw new IllegalStateException("thrown on purpose by a test");
          }
          return CompletableFuture.completedFuture(null);
        };
    put(world.entry("bad", 10));
    put(world.entry("good", 11));
    world.advance(60_000);
    assertThat(published.ids()).contains("good");
    assertThat(onlyEntry().failure()).isNotNull();
    assertThat(onlyEntry().failure().error()).isEqualTo("java.lang.IllegalStateException");
  }

  private Node node() {
    DelaySettings settings = DelaySettings.of("test", "a").publishAttempts(5);
    DelayEvents events =
        new DelayEvents() {
          @Override
          public void died(Delayed dead) {
            died.add(dead);
          }
        };
    Node made =
        world.make(
            settings,
            new ReachedStore(world.store, StoreCapability.SHARED),
            new NodeTime(world.time, Runnable::run),
            published,
            events);
    made.engine().start();
    return made;
  }

  private int shard(Delayed entry) {
    return Slot.shard(entry.message(), DelayWorld.SHARDS);
  }

  private void put(Delayed entry) {
    assertThat(node.engine().put(entry)).isCompleted();
  }

  private void refuseOnly(String id, RuntimeException with) {
    published.answer =
        entry ->
            entry.message().id().equals(id)
                ? CompletableFuture.failedFuture(with)
                : CompletableFuture.completedFuture(null);
  }

  private Delayed onlyEntry() {
    List<Delayed> all = world.store.delays().find(DelayedQuery.ALL, null, 100).entries();
    assertThat(all).hasSize(1);
    return all.get(0);
  }
}

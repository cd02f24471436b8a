package io.postbus.runtime.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.runtime.delay.DelayWorld.Node;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.StoreCapability;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several nodes on one store. */
class NodesTest {
  private final DelayWorld world = new DelayWorld();
  private final Publications published = world.published;

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void shareTheShardsFairlyAsTheyComeAndGo() {
    Node a = world.node("a");
    assertThat(shards(a)).containsExactly(16);
    Node b = world.node("b");
    world.advance(3000);
    assertThat(shards(a, b)).containsExactly(8, 8);
    Node c = world.node("c");
    world.advance(3000);
    assertThat(shards(a, b, c)).containsExactly(6, 5, 5);
    Node d = world.node("d");
    Node e = world.node("e");
    world.advance(4000);
    assertThat(shards(a, b, c, d, e)).containsExactly(4, 3, 3, 3, 3);
    b.engine().stop(Duration.ofSeconds(1));
    d.kill();
    world.advance(7000);
    assertThat(shards(a, c, e)).containsExactly(6, 5, 5);
  }

  @Test
  void fireEachEntryOnceThroughAllThat() {
    world.node("a");
    for (int i = 0; i < 2000; i++) {
      world.putBehindTheirBacks(world.entry("m" + i, 10L * i));
    }
    world.advance(4000);
    Node b = world.node("b");
    world.advance(4000);
    world.node("c");
    world.advance(4000);
    b.engine().stop(Duration.ofSeconds(1));
    world.advance(60_000);
    assertThat(published.ids()).hasSize(2000).doesNotHaveDuplicates();
    assertThat(lateness().max(Duration::compareTo).orElseThrow()).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void takeOverFromAKilledNodeWithinSeconds() {
    Node a = world.node("a");
    world.advance(500);
    for (int i = 0; i < 100; i++) {
      world.putBehindTheirBacks(world.entry("m" + i, 100L * i));
    }
    Node b = world.node("b");
    world.advance(4_500);
    a.kill();
    world.advance(60_000);
    assertThat(published.ids().stream().distinct()).hasSize(100);
    assertThat(published.all.size()).isLessThanOrEqualTo(101);
    assertThat(lateness().max(Duration::compareTo).orElseThrow()).isLessThan(Duration.ofSeconds(7));
    assertThat(shards(b)).containsExactly(16);
    assertThat(world.waiting()).isZero();
  }

  @Test
  void publishAgainWhatANodeDiedWith() {
    Node a = world.node("a");
    world.putBehindTheirBacks(world.entry("m", 1000));
    published.answer = entry -> null;
    world.advance(1000);
    assertThat(published.ids()).containsExactly("m");
    a.kill();
    published.answer = entry -> CompletableFuture.completedFuture(null);
    world.node("b");
    world.advance(29_990);
    assertThat(published.ids()).containsExactly("m");
    world.advance(10_000);
    assertThat(published.ids()).containsExactly("m", "m");
    world.advance(1_000);
    assertThat(world.waiting()).isZero();
  }

  @Test
  void doNotFireTwiceWhenAFrozenOneWakes() {
    Node frozen = world.node("a");
    for (int i = 0; i < 300; i++) {
      world.putBehindTheirBacks(world.entry("m" + i, 50L * i));
    }
    world.advance(1000);
    frozen.time().freeze();
    Node other = world.node("b");
    world.advance(8_000);
    frozen.time().thaw();
    world.advance(60_000);
    assertThat(published.ids()).hasSize(300).doesNotHaveDuplicates();
    assertThat(shards(frozen, other)).containsExactly(8, 8);
  }

  @Test
  void leaveAloneWhatAnotherMayHaveWhenFrozenBetweenMoveAndPublication() {
    Node frozen = world.node("a");
    world.putBehindTheirBacks(world.entry("m", 1000));
    frozen.store().afterMove =
        () -> {
          frozen.store().afterMove = () -> {};
          frozen.time().skip(Duration.ofSeconds(20));
        };
    world.advance(20_000);
    assertThat(published.ids()).isEmpty();
    world.advance(20_000);
    assertThat(published.ids()).containsExactly("m");
    assertThat(world.waiting()).isZero();
  }

  @Test
  void stopFiringInTimeWhenTheStoreCannotBeReached() {
    Node a = world.node("a");
    for (int i = 0; i < 100; i++) {
      world.putBehindTheirBacks(world.entry("m" + i, 100L * i));
    }
    world.advance(2_000);
    a.store().fault = new ConnectionException("cut by a test", null);
    Node b = world.node("b");
    world.advance(10_000);
    a.store().fault = null;
    world.advance(60_000);
    assertThat(published.ids().stream().distinct()).hasSize(100);
    assertThat(published.all.size()).isLessThanOrEqualTo(101);
    assertThat(shards(a, b)).containsExactly(8, 8);
  }

  @Test
  void stopFiringTwoSecondsBeforeALeaseEndsThatCannotBeRenewed() {
    Node a = world.node("a");
    world.advance(1_900);
    a.store().leaseFault = new ConnectionException("cut by a test", null);
    for (int i = 0; i < 100; i++) {
      world.putBehindTheirBacks(world.entry("m" + i, 2_000 + 100L * i));
    }
    world.advance(3_000);
    assertThat(published.ids()).endsWith("m20").hasSize(21);
    world.advance(1_000);
    assertThat(published.ids()).endsWith("m20");
    world.node("b");
    world.advance(3_000);
    assertThat(published.ids()).contains("m50").doesNotHaveDuplicates();
    assertThat(shards(a)).containsExactly(0);
  }

  @Test
  void endWhatTheyHaveBegunBeforeTheyStop() {
    Node a = world.node("a");
    world.putBehindTheirBacks(world.entry("m", 1000));
    world.putBehindTheirBacks(world.entry("n", 1500));
    world.advance(1000);
    assertThat(published.ids()).containsExactly("m");
    a.engine().stop(Duration.ofSeconds(1));
    a.engine().stop(Duration.ofSeconds(1));
    assertThat(world.waiting()).isEqualTo(1);
    assertThat(world.store.leases().list("")).isEmpty();
    world.advance(5000);
    assertThat(published.ids()).containsExactly("m");
    assertThat(a.engine().put(world.entry("x", 1))).isCompletedExceptionally();
    world.node("b");
    assertThat(published.ids()).containsExactly("m", "n");
  }

  @Test
  void keepNoShardThatTheyTakeWhileTheyStop() {
    Node a = world.make(DelaySettings.of("test", "a"), StoreCapability.SHARED);
    a.store().beforeAcquire =
        name -> {
          if (name.endsWith("/3")) {
            a.engine().stop(Duration.ofMillis(50));
          }
        };
    a.engine().start();
    assertThat(world.store.leases().list("")).isEmpty();
  }

  @Test
  void keepNoPresenceThatTheyTakeWhileTheyStop() {
    Node a = world.make(DelaySettings.of("test", "a"), StoreCapability.SHARED);
    a.store().beforeAcquire = name -> a.engine().stop(Duration.ofMillis(50));
    a.engine().start();
    assertThat(world.store.leases().list("")).isEmpty();
  }

  @Test
  void stopWithinTheLimitWhenTheBrokerDoesNotConfirm() {
    Node a = world.node("a");
    published.answer = entry -> null;
    world.putBehindTheirBacks(world.entry("m", 10));
    world.advance(100);
    long begun = System.nanoTime();
    a.engine().stop(Duration.ofMillis(50));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
    assertThat(world.store.leases().list("")).isEmpty();
    published.answer = entry -> CompletableFuture.completedFuture(null);
    world.node("b");
    world.advance(40_000);
    assertThat(published.ids()).containsExactly("m", "m");
  }

  private Stream<Duration> lateness() {
    return published.all.stream().map(p -> Duration.between(p.entry().slot().due(), p.at()));
  }

  private static List<Integer> shards(Node... nodes) {
    return IntStream.range(0, nodes.length)
        .mapToObj(i -> nodes[i].engine().stats().shards())
        .toList();
  }
}

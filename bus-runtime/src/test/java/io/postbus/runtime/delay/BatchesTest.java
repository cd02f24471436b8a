package io.postbus.runtime.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.runtime.time.VirtualTimeline;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class BatchesTest {
  private final VirtualTimeline time = new VirtualTimeline(Instant.EPOCH);
  private final List<List<Integer>> calls = new ArrayList<>();
  private final Queue<RuntimeException> faults = new ArrayDeque<>();

  @Test
  void gathersWhatComesWhileACallIsUnderWay() {
    Queue<Runnable> threads = new ArrayDeque<>();
    Batches<Integer, Integer> batches = batches(Duration.ZERO, threads::add);
    List<CompletionStage<Integer>> results = new ArrayList<>();
    for (int i = 0; i < 1200; i++) {
      results.add(batches.add(0, i));
    }
    assertThat(threads).hasSize(1);
    while (!threads.isEmpty()) {
      threads.remove().run();
    }
    assertThat(calls).extracting(List::size).containsExactly(500, 500, 200);
    for (int i = 0; i < 1200; i++) {
      assertThat(results.get(i)).isCompletedWithValue(-i);
    }
  }

  @Test
  void waitsForOthersUntilTheBatchIsFullOrTheTimeIsUp() {
    Batches<Integer, Integer> batches = batches(Duration.ofMillis(50), Runnable::run);
    var first = batches.add(0, 1);
    time.advance(Duration.ofMillis(49));
    var second = batches.add(0, 2);
    assertThat(calls).isEmpty();
    time.advance(Duration.ofMillis(1));
    assertThat(calls).containsExactly(List.of(1, 2));
    assertThat(first).isCompletedWithValue(-1);
    assertThat(second).isCompletedWithValue(-2);
    for (int i = 0; i < 500; i++) {
      assertThat(batches.add(0, i)).isNotNull();
    }
    assertThat(calls).hasSize(2);
  }

  @Test
  void repeatsACallThatFailedForAPassingReason() {
    faults.add(new ConnectionException("cut", null));
    faults.add(new StoreException("deadlock", true, null));
    Batches<Integer, Integer> batches = batches(Duration.ZERO, Runnable::run);
    var result = batches.add(0, 1);
    var later = batches.add(0, 2);
    assertThat(calls).hasSize(1);
    time.advance(Duration.ofSeconds(1));
    assertThat(calls).containsExactly(List.of(1), List.of(1, 2), List.of(1, 2));
    assertThat(result).isCompletedWithValue(-1);
    assertThat(later).isCompletedWithValue(-2);
  }

  @Test
  void givesUpAfterTheLimit() {
    Batches<Integer, Integer> batches = batches(Duration.ZERO, Runnable::run);
    for (int i = 0; i < 100; i++) {
      faults.add(new ConnectionException("cut", null));
    }
    var result = batches.add(0, 1);
    time.advance(Duration.ofSeconds(5));
    assertThat(result).isNotDone();
    time.advance(Duration.ofSeconds(6));
    assertThat(result).isCompletedExceptionally();
  }

  @Test
  void findsTheOneThatIsRefused() {
    Queue<Runnable> threads = new ArrayDeque<>();
    Batches<Integer, Integer> batches = batches(Duration.ZERO, threads::add);
    List<CompletionStage<Integer>> results = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      results.add(batches.add(0, i == 37 ? BAD : i));
    }
    while (!threads.isEmpty()) {
      threads.remove().run();
    }
    for (int i = 0; i < 100; i++) {
      if (i == 37) {
        assertThat(results.get(i)).isCompletedExceptionally();
      } else {
        assertThat(results.get(i)).isCompletedWithValue(-i);
      }
    }
  }

  @Test
  void keepsTogetherWhatCountsForSeveral() {
    Queue<Runnable> threads = new ArrayDeque<>();
    Batches.Terms terms =
        new Batches.Terms(
            new Outage.Kind("Writing for a test"), Duration.ZERO, Duration.ofSeconds(10));
    Batches<Integer, Integer> batches =
        new Batches<>(1, this::write, weight -> weight, terms, time, threads::add);
    List<CompletionStage<Integer>> results = new ArrayList<>();
    for (int weight : new int[] {300, 150, 50, 1, 499, 1, 500}) {
      results.add(batches.add(0, weight));
    }
    while (!threads.isEmpty()) {
      threads.remove().run();
    }
    assertThat(calls)
        .containsExactly(List.of(300, 150, 50), List.of(1, 499), List.of(1), List.of(500));
    assertThat(results).allSatisfy(r -> assertThat(r).isCompleted());
  }

  @Test
  void failsWhatIsLeftAndComesLaterWhenItCloses() {
    Batches<Integer, Integer> batches = batches(Duration.ofMillis(50), Runnable::run);
    var waiting = batches.add(0, 1);
    batches.close();
    batches.close();
    assertThat(waiting).isCompletedExceptionally();
    assertThat(batches.add(0, 2)).isCompletedExceptionally();
    time.advance(Duration.ofSeconds(1));
    assertThat(calls).isEmpty();
  }

  @Test
  void failsAllAtOnceWhenTheStoreIsClosed() {
    Queue<Runnable> threads = new ArrayDeque<>();
    Batches<Integer, Integer> batches = batches(Duration.ZERO, threads::add);
    faults.add(new ClosedException("The store"));
    List<CompletionStage<Integer>> results = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      results.add(batches.add(0, i));
    }
    threads.remove().run();
    assertThat(calls).hasSize(1);
    assertThat(results).allSatisfy(r -> assertThat(r).isCompletedExceptionally());
  }

  private static final int BAD = 1_000_000;

  private Batches<Integer, Integer> batches(Duration linger, Executor threads) {
    Batches.Terms terms =
        new Batches.Terms(new Outage.Kind("Writing for a test"), linger, Duration.ofSeconds(10));
    return new Batches<>(2, this::write, terms, time, threads);
  }

  private List<Integer> write(int shard, List<Integer> items) {
    calls.add(items);
    RuntimeException fault = faults.poll();
    if (fault != null) {
      throw fault;
    }
    if (items.contains(BAD)) {
      throw new StoreException("refused", false, null);
    }
    return items.stream().map(i -> -i).toList();
  }
}

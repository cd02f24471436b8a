package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Delayed;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Group;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nodes that get in each other's way wait or repeat; none of them is told. */
abstract class StoreRaceContract extends StoreScene {
  private static final int NODES = 4;
  private static final Duration LONG = Duration.ofMinutes(5);

  StoreRaceContract(StoreFixture fixture) {
    super(fixture);
  }

  /** What each of several nodes does, all at once. */
  private interface Part<T> {
    T play(Store store, int number) throws Exception;
  }

  private <T> List<T> nodes(int count, String namespace, Part<T> part) throws Exception {
    CountDownLatch ready = new CountDownLatch(count);
    List<Callable<T>> all =
        IntStream.range(0, count)
            .<Callable<T>>mapToObj(
                n -> {
                  Store store = open(namespace, SHARDS);
                  return () -> {
                    ready.countDown();
                    assertThat(ready.await(patience().toMillis(), TimeUnit.MILLISECONDS)).isTrue();
                    return part.play(store, n);
                  };
                })
            .toList();
    return InParallel.run(all, patience());
  }

  /** As when all processes of an application start for the first time. */
  @Test
  void manyNodesMayBeginANewStoreAtOnce() throws Exception {
    String namespace = name("begin");
    List<Delayed> entries = entries(80);
    List<Boolean> leaders =
        nodes(
            8,
            namespace,
            (store, n) -> {
              store.delays().put(shard(), entries.subList(n * 10, n * 10 + 10));
              store.groups().register(Group.direct("group-" + n, Instant.EPOCH));
              return store.leases().acquire("leader", "node-" + n, LONG).isPresent();
            });
    assertThat(leaders).containsOnlyOnce(true);
    Store store = open(namespace, SHARDS);
    assertThat(readAll(store)).isEqualTo(entries);
    assertThat(store.delays().count(DelayedQuery.ALL)).isEqualTo(80);
    assertThat(store.groups().all()).hasSize(8);
  }

  @Test
  void aBatchThatManyNodesPutAtOnceIsThereOnce() throws Exception {
    String namespace = name("put");
    List<Delayed> entries = entries(500);
    nodes(
        NODES,
        namespace,
        (store, n) -> {
          for (int round = 0; round < 5; round++) {
            List<Delayed> shuffled = new ArrayList<>(entries);
            Collections.shuffle(shuffled);
            store.delays().put(shard(), shuffled);
          }
          return n;
        });
    Store store = open(namespace, SHARDS);
    assertThat(readAll(store)).isEqualTo(entries);
    assertThat(store.delays().count(DelayedQuery.ALL)).isEqualTo(500);
  }

  /** What one takes away the other puts there, and both in the same batch. */
  @Test
  void entriesThatNodesMoveToAndFroAreInOnePlace() throws Exception {
    String namespace = name("move");
    List<Delayed> entries = entries(40);
    open(namespace, SHARDS).delays().put(shard(), entries);
    nodes(
        NODES,
        namespace,
        (store, n) -> {
          for (int round = 0; round < 30; round++) {
            List<Move> moves = new ArrayList<>();
            for (Delayed d : entries) {
              boolean back = (round + n + moves.size()) % 2 == 0;
              moves.add(back ? to(later(d), d) : to(d, later(d)));
            }
            Collections.shuffle(moves);
            store.delays().move(shard(), moves);
          }
          return n;
        });
    List<Delayed> left = readAll(open(namespace, SHARDS));
    assertThat(left.stream().map(d -> d.message().id()))
        .containsExactlyInAnyOrderElementsOf(entries.stream().map(d -> d.message().id()).toList());
  }

  /** Several entries, each of one node, become the same: the first stays, all are gone. */
  @Test
  void entriesThatNodesMoveIntoTheSameSlotsBecomeOne() throws Exception {
    String namespace = name("same");
    List<Delayed> entries = entries(100);
    List<Integer> moved =
        nodes(
            NODES,
            namespace,
            (store, n) -> {
              store
                  .delays()
                  .put(shard(), entries.stream().map(d -> d.in(own(d.slot(), n))).toList());
              List<Move> moves =
                  entries.stream().map(d -> new Move(own(d.slot(), n), List.of(later(d)))).toList();
              return store.delays().move(shard(), moves).cardinality();
            });
    assertThat(moved).containsOnly(100);
    Store store = open(namespace, SHARDS);
    assertThat(DelayContract.slots(readAll(store)))
        .isEqualTo(entries.stream().map(d -> later(d).slot()).toList());
  }

  /** The same slot in order, but another one for each node. */
  private static Slot own(Slot slot, int node) {
    return new Slot(slot.high() | (node + 1), slot.low());
  }

  /** As when a handler's time is over while it writes. */
  @Test
  void anInterruptEndsNothingButTheCall() throws Exception {
    Store store = open();
    List<Delayed> entries = entries(200);
    List<Delayed> put = Collections.synchronizedList(new ArrayList<>());
    Waiting writing =
        Waiting.in(
            () -> {
              for (Delayed d : entries) {
                Thread.currentThread().interrupt();
                try {
                  store.delays().put(shard(), List.of(d));
                  put.add(d);
                } catch (BusException e) {
                  assertThat(e).isNotInstanceOf(ClosedException.class);
                }
                assertThat(Thread.interrupted()).as("still interrupted").isTrue();
              }
            });
    writing.end(patience());
    assertThat(readAll(store)).containsAll(put);
    store.delays().put(shard(), entries);
    assertThat(readAll(open())).isEqualTo(entries);
  }

  @Test
  void interruptsInTheMiddleOfCallsEndNothingElse() throws Exception {
    Store store = open();
    List<Delayed> entries = entries(500);
    List<Delayed> put = Collections.synchronizedList(new ArrayList<>());
    Waiting writing =
        Waiting.in(
            () -> {
              for (Delayed d : entries) {
                try {
                  store.delays().put(shard(), List.of(d));
                  put.add(d);
                } catch (BusException e) {
                  assertThat(e).isNotInstanceOf(ClosedException.class);
                }
                Thread.interrupted();
              }
            });
    for (int seen = 0; put.size() < entries.size() && !writing.ended(); ) {
      if (put.size() > seen) {
        seen = put.size();
        writing.interrupt();
      }
      Thread.onSpinWait();
    }
    writing.end(patience());
    assertThat(readAll(store)).containsAll(put);
    store.delays().put(shard(), entries);
    assertThat(readAll(open())).isEqualTo(entries);
  }

  private static Move to(Delayed from, Delayed to) {
    return new Move(from.slot(), List.of(to));
  }

  private static Delayed later(Delayed d) {
    return d.at(d.slot().due().plusSeconds(20));
  }
}

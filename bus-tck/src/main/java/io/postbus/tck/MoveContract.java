package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whoever finds the entry still there has it; everyone else finds nothing to do. */
abstract class MoveContract extends StoreScene {
  private static final int NODES = 4;

  MoveContract(StoreFixture fixture) {
    super(fixture);
  }

  @Test
  void anEntryMayBeMovedAway() {
    Store store = open();
    List<Delayed> entries = entries(3);
    store.delays().put(shard(), entries);
    assertThat(move(store, Move.remove(entries.get(1).slot()))).isEqualTo(bits(0));
    assertThat(readAll(open())).containsExactly(entries.get(0), entries.get(2));
  }

  @Test
  void anEntryMayBecomeAnotherOrMany() {
    Store store = open();
    List<Delayed> entries = entries(2);
    store.delays().put(shard(), entries);
    Delayed later = entries.get(0).at(due.plusSeconds(5));
    List<Delayed> many = entries(6).subList(3, 6);
    assertThat(
            move(
                store,
                new Move(entries.get(0).slot(), List.of(later)),
                new Move(entries.get(1).slot(), many)))
        .isEqualTo(bits(0, 1));
    List<Delayed> expected = new ArrayList<>(many);
    expected.add(later);
    assertThat(readAll(store)).isEqualTo(expected);
  }

  @Test
  void anEntryMayBeChangedInItsPlace() {
    Store store = open();
    Delayed entry = entry(due, 0);
    store.delays().put(shard(), List.of(entry));
    Delayed changed =
        new Delayed(
            entry.slot(), Kind.RETRY, entry.destination(), entry.message(), 2, "handle", null);
    assertThat(move(store, new Move(entry.slot(), List.of(changed)))).isEqualTo(bits(0));
    assertThat(readAll(store)).containsExactly(changed);
  }

  @Test
  void whatIsNotThereIsNotMoved() {
    Store store = open();
    List<Delayed> entries = entries(4);
    store.delays().put(shard(), entries.subList(1, 3));
    List<Move> moves = new ArrayList<>();
    for (Delayed d : entries) {
      moves.add(new Move(d.slot(), List.of(d.at(d.slot().due().plusSeconds(5)))));
    }
    assertThat(store.delays().move(shard(), moves)).isEqualTo(bits(1, 2));
    assertThat(store.delays().move(shard(), moves)).isEqualTo(new BitSet());
    assertThat(readAll(store)).hasSize(2).allMatch(d -> d.slot().due().isAfter(due.plusSeconds(4)));
  }

  /** Asking twice in one call is being two. */
  @Test
  void anEntryIsMovedOnceInABatch() {
    Store store = open();
    Delayed entry = entry(due, 0);
    store.delays().put(shard(), List.of(entry));
    Move move = Move.remove(entry.slot());
    assertThat(move(store, move, move).cardinality()).isEqualTo(1);
    assertThat(readAll(store)).isEmpty();
  }

  @Test
  void whereItsNewSlotIsTakenAnEntryIsDropped() {
    Store store = open();
    List<Delayed> entries = entries(2);
    store.delays().put(shard(), entries);
    Delayed clash =
        new Delayed(
            entries.get(1).slot(),
            Kind.RETRY,
            entries.get(0).destination(),
            entries.get(0).message(),
            2,
            null,
            null);
    assertThat(move(store, new Move(entries.get(0).slot(), List.of(clash)))).isEqualTo(bits(0));
    assertThat(readAll(store)).containsExactly(entries.get(1));
  }

  @Test
  void aBatchHasALimit() {
    Store store = open();
    List<Delayed> entries = entries(DelayStore.MAX_BATCH);
    store.delays().put(shard(), entries);
    List<Move> moves = new ArrayList<>(entries.stream().map(d -> Move.remove(d.slot())).toList());
    assertThat(store.delays().move(shard(), List.of()).isEmpty()).isTrue();
    assertThat(store.delays().move(shard(), moves).cardinality()).isEqualTo(500);
    moves.add(Move.remove(Slot.MAX));
    assertThatThrownBy(() -> store.delays().move(shard(), moves))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Every node wants every entry, each in another order. */
  @Test
  void ofManyRacingNodesOneMovesEachEntry() throws Exception {
    List<Delayed> entries = entries(2_000);
    List<List<Slot>> taken = race(entries, d -> List.of(later(d)));
    List<Slot> all = taken.stream().flatMap(List::stream).toList();
    assertThat(all).containsExactlyInAnyOrderElementsOf(DelayContract.slots(entries));
    assertThat(readAll(open())).isEqualTo(entries.stream().map(MoveContract::later).toList());
  }

  @Test
  void racingRemovalsTakeEachEntryOnce() throws Exception {
    List<Delayed> entries = entries(2_000);
    List<List<Slot>> taken = race(entries, d -> List.of());
    List<Slot> all = taken.stream().flatMap(List::stream).toList();
    assertThat(all).containsExactlyInAnyOrderElementsOf(DelayContract.slots(entries));
    assertThat(readAll(open())).isEmpty();
  }

  private interface Next {
    List<Delayed> of(Delayed entry);
  }

  /** What each node moved, having tried all. */
  private List<List<Slot>> race(List<Delayed> entries, Next next) throws Exception {
    Store first = open();
    for (int from = 0; from < entries.size(); from += 500) {
      first.delays().put(shard(), entries.subList(from, from + 500));
    }
    List<Callable<List<Slot>>> racers =
        IntStream.range(0, NODES)
            .<Callable<List<Slot>>>mapToObj(
                n -> {
                  Store store = open();
                  return () -> takeAll(store, entries, next);
                })
            .toList();
    return InParallel.run(racers, patience());
  }

  private List<Slot> takeAll(Store store, List<Delayed> entries, Next next) {
    List<Delayed> wanted = new ArrayList<>(entries);
    Collections.shuffle(wanted);
    List<Slot> taken = new ArrayList<>();
    for (int from = 0; from < wanted.size(); from += 50) {
      List<Delayed> batch = wanted.subList(from, from + 50);
      List<Move> moves = batch.stream().map(d -> new Move(d.slot(), next.of(d))).toList();
      store.delays().move(shard(), moves).stream().forEach(i -> taken.add(moves.get(i).from()));
    }
    return taken;
  }

  /** At no moment is an entry in neither place, or in both. */
  @Test
  void aReaderSeesAnEntryBeforeOrAfterItsMove() throws Exception {
    List<Delayed> entries = entries(50);
    Store mover = open();
    Store reader = open();
    mover.delays().put(shard(), entries);
    AtomicBoolean moving = new AtomicBoolean(true);
    Callable<Integer> moves =
        () -> {
          for (int round = 0; round < 40; round++) {
            boolean back = round % 2 == 1;
            List<Move> all =
                entries.stream().map(d -> back ? move(later(d), d) : move(d, later(d))).toList();
            assertThat(mover.delays().move(shard(), all).cardinality()).isEqualTo(50);
          }
          moving.set(false);
          return 0;
        };
    Callable<Integer> reads =
        () -> {
          int times = 0;
          for (boolean more = true; more; times++) {
            more = moving.get();
            Set<String> ids = new HashSet<>();
            List<Delayed> seen = readAll(reader);
            seen.forEach(d -> ids.add(d.message().id()));
            assertThat(seen).hasSize(50);
            assertThat(ids).hasSize(50);
          }
          return times;
        };
    InParallel.run(List.of(moves, reads), patience());
  }

  private static Move move(Delayed from, Delayed to) {
    return new Move(from.slot(), List.of(to));
  }

  private static Delayed later(Delayed d) {
    return d.at(d.slot().due().plusSeconds(20));
  }

  private BitSet move(Store store, Move... moves) {
    return store.delays().move(shard(), List.of(moves));
  }

  private static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    for (int i : set) {
      bits.set(i);
    }
    return bits;
  }
}

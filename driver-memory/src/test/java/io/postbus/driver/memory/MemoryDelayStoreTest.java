package io.postbus.driver.memory;

import static io.postbus.driver.memory.Stores.dead;
import static io.postbus.driver.memory.Stores.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.message.MessageId;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import io.postbus.spi.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryDelayStoreTest {
  private static final Instant DAY = Instant.parse("2030-01-01T00:00:00Z");

  private final Store store =
      Stores.open(MessageId.next(), Map.of("capacity", 10_000), new ManualClock(), 4);
  private final DelayStore delays = store.delays();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void entriesComeInTheOrderOfTheirTimes() {
    List<Delayed> entries = entries(10);
    List<Delayed> shuffled = new ArrayList<>(entries);
    Collections.shuffle(shuffled);
    delays.put(1, shuffled);
    delays.put(1, shuffled.subList(3, 6));
    assertThat(delays.read(1, Slot.MIN, Slot.MAX, 100)).containsExactlyElementsOf(entries);
    assertThat(delays.read(0, Slot.MIN, Slot.MAX, 100)).isEmpty();
    assertThat(delays.slots(1, slot(entries, 2), slot(entries, 5), 100))
        .containsExactly(slot(entries, 3), slot(entries, 4), slot(entries, 5));
    assertThat(delays.read(1, slot(entries, 2), Slot.MAX, 2))
        .containsExactly(entries.get(3), entries.get(4));
    assertThat(delays.slots(1, Slot.MAX, Slot.MIN, 100)).isEmpty();
    assertThat(delays.slots(1, slot(entries, 4), slot(entries, 4), 100)).isEmpty();
    assertThat(delays.get(1, List.of(slot(entries, 1), slot(entries, 1).at(DAY), slot(entries, 2))))
        .containsExactly(entries.get(1), entries.get(2));
  }

  @Test
  void aSlotThatIsTakenKeepsItsEntry() {
    Delayed first = entry(DAY);
    Delayed second =
        new Delayed(first.slot(), Kind.RETRY, first.destination(), first.message(), 2, "h", null);
    delays.put(0, List.of(first, second));
    delays.put(0, List.of(second));
    assertThat(delays.read(0, Slot.MIN, Slot.MAX, 10)).containsExactly(first);
    assertThat(delays.count(DelayedQuery.ALL.handle("h"))).isZero();
  }

  @Test
  void aMoveIsTheOneThatFindsTheEntry() {
    List<Delayed> entries = entries(3);
    delays.put(0, entries);
    Delayed later = entries.get(1).at(DAY.plusSeconds(100));
    BitSet done =
        delays.move(
            0,
            List.of(
                Move.remove(slot(entries, 0)),
                Move.remove(slot(entries, 0)),
                new Move(slot(entries, 1), List.of(later, entry(DAY.plusSeconds(200)))),
                new Move(Slot.from(DAY), List.of(entry(DAY.plusSeconds(300))))));
    assertThat(done.stream()).containsExactly(0, 2);
    assertThat(delays.slots(0, Slot.MIN, Slot.MAX, 10))
        .hasSize(3)
        .startsWith(slot(entries, 2), later.slot());
  }

  @Test
  void anEntryMayBeReplacedInItsPlace() {
    Delayed before = entry(DAY, Kind.DELAY, "before", null);
    Delayed after =
        new Delayed(
            before.slot(), Kind.DELAY, before.destination(), before.message(), 1, "after", null);
    delays.put(0, List.of(before));
    assertThat(delays.move(0, List.of(new Move(before.slot(), List.of(after)))).get(0)).isTrue();
    assertThat(delays.read(0, Slot.MIN, Slot.MAX, 10)).containsExactly(after);
    assertThat(delays.count(DelayedQuery.ALL.handle("before"))).isZero();
    assertThat(delays.count(DelayedQuery.ALL.handle("after"))).isEqualTo(1);
  }

  @Test
  void ofManyWhoMoveAnEntryOneDoes() throws Exception {
    List<Delayed> entries = entries(500);
    delays.put(0, entries);
    List<Move> moves = entries.stream().map(e -> Move.remove(e.slot())).toList();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> counts = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        counts.add(threads.submit(() -> one(moves)));
      }
      int sum = 0;
      for (Future<Integer> f : counts) {
        sum += f.get(20, TimeUnit.SECONDS);
      }
      assertThat(sum).isEqualTo(500);
    } finally {
      threads.shutdownNow();
    }
  }

  private int one(List<Move> moves) {
    return moves.stream().mapToInt(m -> delays.move(0, List.of(m)).cardinality()).sum();
  }

  @Test
  void pagesFollowTheTimeOverAllShards() {
    List<Delayed> all = entries(25);
    for (int i = 0; i < all.size(); i++) {
      delays.put(i % 4, List.of(all.get(i)));
    }
    List<Delayed> seen = new ArrayList<>();
    String cursor = null;
    int pages = 0;
    do {
      DelayStore.Page page = delays.find(DelayedQuery.ALL, cursor, 10);
      seen.addAll(page.entries());
      cursor = page.next();
      pages++;
    } while (cursor != null);
    assertThat(seen).containsExactlyElementsOf(all);
    assertThat(pages).isEqualTo(3);
    assertThat(delays.find(DelayedQuery.ALL, null, 25).next()).isNull();
    assertThatThrownBy(() -> delays.find(DelayedQuery.ALL, "nonsense", 10))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void deadLettersFollowTheirLastFailure() {
    Delayed first = dead(DAY.plusSeconds(1), "TimeoutException");
    Delayed second = dead(DAY.plusSeconds(2), "IllegalStateException");
    Delayed waiting = entry(DAY);
    delays.put(0, List.of(second));
    delays.put(1, List.of(first, waiting));
    assertThat(find(DelayedQuery.ALL)).containsExactly(waiting, first, second);
    assertThat(find(DelayedQuery.ALL.kinds(Kind.DEAD))).containsExactly(first, second);
    assertThat(find(DelayedQuery.ALL.error("timeout"))).containsExactly(first);
    assertThat(find(DelayedQuery.ALL.error("WHY"))).containsExactly(first, second);
    assertThat(find(DelayedQuery.ALL.between(DAY.plusSeconds(1), DAY.plusSeconds(2))))
        .containsExactly(first);
    assertThat(delays.count(DelayedQuery.ALL.between(null, DAY.plusSeconds(1)))).isEqualTo(1);
  }

  @Test
  void aQueryNarrowsByEachOfItsParts() {
    Delayed one = entry(DAY, Kind.RETRY, "order:1", null);
    Delayed two = entry(DAY.plusSeconds(1), Kind.DELAY, "order:1", null);
    delays.put(2, List.of(one));
    delays.put(3, List.of(two));
    assertThat(find(DelayedQuery.ALL.handle("order:1"))).containsExactly(one, two);
    assertThat(find(DelayedQuery.ALL.handle("order:1").kinds(Kind.RETRY))).containsExactly(one);
    assertThat(find(DelayedQuery.ALL.messageId(two.message().id()))).containsExactly(two);
    assertThat(delays.count(DelayedQuery.ALL.group("g"))).isEqualTo(2);
    assertThat(delays.count(DelayedQuery.ALL.group("other"))).isZero();
    assertThat(delays.count(DelayedQuery.ALL.topic("other"))).isZero();
    assertThat(delays.count(DelayedQuery.ALL.type("Counted"))).isEqualTo(2);
  }

  @Test
  void batchesAndShardsAreBounded() {
    List<Delayed> many = entries(501);
    List<Move> moves = many.stream().map(e -> Move.remove(e.slot())).toList();
    assertThatThrownBy(() -> delays.put(0, many)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> delays.move(0, moves)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> delays.put(4, List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThat(delays.shards()).isEqualTo(4);
  }

  @Test
  void aFullStoreTakesNothingNewButMoves() {
    for (int i = 0; i < 20; i++) {
      delays.put(i % 4, entries(500));
    }
    Delayed present = delays.read(0, Slot.MIN, Slot.MAX, 1).get(0);
    assertThatThrownBy(() -> delays.put(0, List.of(entry(DAY))))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("capacity 10000");
    delays.put(0, List.of(present));
    Delayed moved = present.at(DAY.plusSeconds(7777));
    assertThat(delays.move(0, List.of(new Move(present.slot(), List.of(moved)))).get(0)).isTrue();
    assertThat(delays.move(0, List.of(Move.remove(moved.slot()))).get(0)).isTrue();
    delays.put(0, List.of(entry(DAY)));
    assertThat(delays.count(DelayedQuery.ALL)).isEqualTo(10_000);
  }

  private List<Delayed> find(DelayedQuery query) {
    return delays.find(query, null, 100).entries();
  }

  /** One a second. */
  private static List<Delayed> entries(int count) {
    return IntStream.range(0, count).mapToObj(i -> entry(DAY.plusSeconds(i))).toList();
  }

  private static Slot slot(List<Delayed> entries, int i) {
    return entries.get(i).slot();
  }
}

package io.postbus.driver.memory;

import static io.postbus.driver.memory.Stores.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.message.MessageId;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Lease;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import io.postbus.spi.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the contract of stores does not ask: bounds, the clock that is lent, faults. */
class MemoryStoreTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Instant DAY = Instant.parse("2030-01-01T00:00:00Z");

  private final String name = MessageId.next();
  private final ManualClock clock = new ManualClock();
  private final Store store = Stores.open(name, Map.of("capacity", 1000), clock, 2);
  private final DelayStore delays = store.delays();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void storesOfOneNameHaveTheClockOfTheFirst() {
    try (Store other = Stores.open(name, Map.of("capacity", 1000), InstantSource.system(), 2)) {
      clock.advance(MINUTE);
      assertThat(other.now()).isEqualTo(clock.instant());
    }
  }

  @Test
  void otherLimitsForTheSameStoreAreRefused() {
    assertThatThrownBy(() -> Stores.open(name, Map.of("capacity", 10), clock, 2))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("capacity 1000");
  }

  @Test
  void aStoreIsGoneWithItsLastUserUnlessItIsKept() {
    String kept = MessageId.next();
    for (Map<String, Object> settings :
        List.of(Map.<String, Object>of(), Map.<String, Object>of("keep", true))) {
      try (Store first = Stores.open(kept, settings, clock, 2)) {
        first.delays().put(0, List.of(entry(DAY)));
      }
      try (Store second = Stores.open(kept, Map.of(), clock, 2)) {
        assertThat(second.delays().count(DelayedQuery.ALL)).isEqualTo(settings.size());
      }
    }
  }

  @Test
  void aStoppedStorageIsNotReachedUntilItStarts() {
    try (MemoryStorage storage = MemoryStorage.named(name, Stores.NAMESPACE)) {
      storage.stop();
      List<Runnable> calls =
          List.of(
              store::now,
              () -> delays.put(0, List.of()),
              () -> delays.count(DelayedQuery.ALL),
              () -> store.leases().acquire("a", "me", MINUTE),
              () -> store.dedup().completed("g", List.of()),
              () -> store.groups().all());
      calls.forEach(c -> assertThatThrownBy(c::run).isInstanceOf(ConnectionException.class));
      storage.start();
      assertThat(store.now()).isEqualTo(clock.instant());
    }
  }

  @Test
  void aFullStoreTakesNothingNewButMoves() {
    delays.put(0, entries(500));
    delays.put(1, entries(500));
    Delayed present = delays.read(0, Slot.MIN, Slot.MAX, 1).get(0);
    assertThatThrownBy(() -> delays.put(0, List.of(present, entry(DAY))))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("capacity 1000");
    delays.put(0, List.of(present));
    Delayed moved = present.at(DAY.plusSeconds(7777));
    assertThat(delays.move(0, List.of(new Move(present.slot(), List.of(moved)))).get(0)).isTrue();
    assertThat(delays.move(0, List.of(Move.remove(moved.slot()))).get(0)).isTrue();
    delays.put(1, List.of(entry(DAY)));
    assertThat(delays.count(DelayedQuery.ALL)).isEqualTo(1000);
  }

  @Test
  void handlesFollowTheirEntries() {
    Delayed one = entry(DAY, Kind.DELAY, "order:1");
    Delayed two = entry(DAY.plusSeconds(1), Kind.DELAY, "order:1");
    delays.put(0, List.of(one, two));
    Delayed later = one.at(DAY.plusSeconds(9));
    delays.move(0, List.of(new Move(one.slot(), List.of(later))));
    assertThat(delays.find(DelayedQuery.ALL.handle("order:1"), null, 10).entries())
        .containsExactly(two, later);
    delays.move(0, List.of(Move.remove(two.slot()), Move.remove(later.slot())));
    assertThat(delays.count(DelayedQuery.ALL.handle("order:1"))).isZero();
  }

  @Test
  void aLeaseEndsByTheClockThatIsLent() {
    Lease mine = store.leases().acquire("lock", "me", MINUTE).orElseThrow();
    clock.advance(MINUTE.minusMillis(1));
    assertThat(store.leases().acquire("lock", "you", MINUTE)).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(store.leases().renew(mine, MINUTE)).isEmpty();
    assertThat(store.leases().acquire("lock", "you", MINUTE)).isPresent();
  }

  @Test
  void epochsAreMicrosecondsAndGrowEvenIfTheClockGoesBack() {
    Lease first = store.leases().acquire("lock", "me", MINUTE).orElseThrow();
    assertThat(first.epoch()).isEqualTo(clock.instant().toEpochMilli() * 1000);
    store.leases().release(first);
    clock.advance(Duration.ofDays(-1));
    Lease second = store.leases().acquire("lock", "me", MINUTE).orElseThrow();
    assertThat(second.epoch()).isEqualTo(first.epoch() + 1);
  }

  @Test
  void leasesThatRanOutAreForgotten() {
    Leases leases = new Leases(clock);
    for (int i = 0; i < 10_000; i++) {
      assertThat(leases.acquire("lock" + i, "me", MINUTE)).isPresent();
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(leases.size()).isLessThan(1200);
    assertThat(leases.list("")).hasSize(59);
  }

  @Test
  void marksLastAsLongAsTheyShouldAndNoLonger() {
    Instant soon = clock.instant().plus(MINUTE);
    store.dedup().complete("g", List.of("1", "2"), soon);
    store.dedup().complete("g", List.of("2"), soon.plus(MINUTE));
    store.dedup().complete("g", List.of("2"), soon);
    clock.advance(MINUTE.minusMillis(1));
    assertThat(store.dedup().completed("g", List.of("1", "2"))).containsOnly("1", "2");
    clock.advance(Duration.ofMillis(1));
    assertThat(store.dedup().completed("g", List.of("1", "2"))).containsOnly("2");
    clock.advance(MINUTE);
    assertThat(store.dedup().completed("g", List.of("1", "2"))).isEmpty();
  }

  @Test
  void marksAreBoundedAndMakeRoomAsTheyRunOut() {
    Instant soon = clock.instant().plus(MINUTE);
    store.dedup().complete("g", ids(0, 500), soon);
    store.dedup().complete("g", ids(500, 1000), soon);
    store.dedup().complete("g", ids(500, 1000), soon);
    assertThatThrownBy(() -> store.dedup().complete("g", ids(1000, 1001), soon))
        .isInstanceOf(StoreException.class);
    clock.advance(MINUTE);
    store.dedup().complete("g", ids(1000, 1001), soon.plus(MINUTE));
  }

  /** One a second. */
  private static List<Delayed> entries(int count) {
    return IntStream.range(0, count).mapToObj(i -> entry(DAY.plusSeconds(i))).toList();
  }

  private static List<String> ids(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }
}

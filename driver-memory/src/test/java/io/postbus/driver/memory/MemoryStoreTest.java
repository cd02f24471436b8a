package io.postbus.driver.memory;

import static io.postbus.driver.memory.Stores.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.message.MessageId;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Durability;
import io.postbus.spi.Group;
import io.postbus.spi.Lease;
import io.postbus.spi.Order;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import io.postbus.spi.StoreException;
import io.postbus.spi.TypeFilter;
import io.postbus.spi.UnsupportedCapabilityException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The store as a whole, its leases, marks and groups. */
class MemoryStoreTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final String name = MessageId.next();
  private final ManualClock clock = new ManualClock();
  private final Store store = Stores.open(name, Map.of("capacity", 1000), clock, 2);

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void itLivesInTheProcessAndInNoTransaction() {
    assertThat(store.durability()).isEqualTo(Durability.PROCESS);
    assertThat(store.capabilities()).isEmpty();
    Connection connection =
        (Connection)
            Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (p, m, a) -> null);
    assertThatThrownBy(() -> store.delays().put(connection, 0, List.of()))
        .isInstanceOf(UnsupportedCapabilityException.class);
    assertThatThrownBy(() -> store.dedup().completeIn(connection, "g", "1", Instant.MAX))
        .isInstanceOf(UnsupportedCapabilityException.class);
  }

  @Test
  void storesOfOneNameShareWhatTheyHave() {
    Store other = Stores.open(name, Map.of("capacity", 1000), InstantSource.system(), 2);
    other.delays().put(1, List.of(entry(clock.instant())));
    assertThat(other.now()).as("one clock").isEqualTo(clock.instant());
    other.close();
    other.close();
    assertThat(store.delays().count(DelayedQuery.ALL)).isEqualTo(1);
    store.close();
    try (Store later = Stores.open(name, Map.of(), clock, 4)) {
      assertThat(later.delays().count(DelayedQuery.ALL)).isZero();
    }
  }

  @Test
  void anotherNumberOfShardsOrOtherLimitsAreRefused() {
    assertThatThrownBy(() -> Stores.open(name, Map.of("capacity", 1000), clock, 4))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("2 shards");
    assertThatThrownBy(() -> Stores.open(name, Map.of("capacity", 10), clock, 2))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("capacity 1000");
  }

  @Test
  void oncePerOwnerAClosedStoreRefusesEverything() {
    store.close();
    List<Runnable> calls =
        List.of(
            store::now,
            () -> store.delays().put(0, List.of()),
            () -> store.delays().slots(0, Slot.MIN, Slot.MAX, 1),
            () -> store.delays().count(DelayedQuery.ALL),
            () -> store.leases().acquire("a", "me", MINUTE),
            () -> store.leases().list(""),
            () -> store.dedup().completed("g", List.of()),
            () -> store.groups().all());
    calls.forEach(c -> assertThatThrownBy(c::run).isInstanceOf(ClosedException.class));
  }

  @Test
  void aStoppedStorageIsNotReachedUntilItStarts() {
    try (MemoryStorage storage = MemoryStorage.named(name, "test.")) {
      storage.stop();
      assertThatThrownBy(() -> store.delays().put(0, List.of()))
          .isInstanceOf(ConnectionException.class);
      assertThatThrownBy(store::now).isInstanceOf(ConnectionException.class);
      storage.start();
      assertThat(store.now()).isEqualTo(clock.instant());
    }
  }

  @Test
  void aLeaseHasOneHolderUntilItRunsOut() {
    Lease mine = acquire("me");
    assertThat(mine.until()).isEqualTo(clock.instant().plus(MINUTE));
    assertThat(store.leases().acquire("lock", "me", MINUTE)).as("not re-entrant").isEmpty();
    clock.advance(MINUTE.minusMillis(1));
    assertThat(store.leases().acquire("lock", "you", MINUTE)).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(store.leases().renew(mine, MINUTE)).as("ran out").isEmpty();
    Lease yours = acquire("you");
    assertThat(yours.epoch()).isGreaterThan(mine.epoch());
    store.leases().release(mine);
    assertThat(store.leases().list("lo")).containsExactly(yours);
    assertThat(store.leases().list("other")).isEmpty();
  }

  @Test
  void aLeaseIsRenewedUnderItsEpoch() {
    Lease mine = acquire("me");
    clock.advance(Duration.ofSeconds(50));
    Lease longer = store.leases().renew(mine, MINUTE).orElseThrow();
    assertThat(longer)
        .isEqualTo(new Lease("lock", "me", mine.epoch(), clock.instant().plus(MINUTE)));
    store.leases().release(mine);
    assertThat(store.leases().list("")).isEmpty();
  }

  @Test
  void epochsAreMicrosecondsAndGrowEvenIfTheClockGoesBack() {
    Lease first = acquire("me");
    assertThat(first.epoch()).isEqualTo(clock.instant().toEpochMilli() * 1000);
    store.leases().release(first);
    assertThat(acquire("me").epoch()).isEqualTo(first.epoch() + 1);
    clock.advance(Duration.ofDays(-1));
    assertThat(store.leases().acquire("other", "me", MINUTE).orElseThrow().epoch())
        .isEqualTo(first.epoch() + 2);
  }

  @Test
  void leasesThatRanOutAreForgotten() {
    for (int i = 0; i < 5000; i++) {
      assertThat(store.leases().acquire("lock" + i, "me", MINUTE)).isPresent();
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(store.leases().list("")).hasSize(59);
  }

  @Test
  void marksLastAsLongAsTheyShouldAndNoLonger() {
    Instant soon = clock.instant().plus(MINUTE);
    store.dedup().complete("g", List.of("1", "2"), soon);
    store.dedup().complete("g", List.of("2"), soon.plus(MINUTE));
    store.dedup().complete("g", List.of("2"), soon);
    assertThat(store.dedup().completed("g", List.of("1", "2", "3"))).containsOnly("1", "2");
    assertThat(store.dedup().completed("other", List.of("1"))).isEmpty();
    clock.advance(MINUTE);
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

  @Test
  void atMost500IdsACall() {
    assertThatThrownBy(() -> store.dedup().completed("g", ids(0, 501)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.dedup().complete("g", ids(0, 501), Instant.MAX))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aGroupKeepsTheTimeOfItsFirstRegistration() {
    Group first = group("b", "one", Instant.ofEpochSecond(1));
    Group second = group("b", "two", Instant.ofEpochSecond(2));
    assertThat(store.groups().register(first)).isEmpty();
    assertThat(store.groups().register(group("a", "two", Instant.EPOCH))).isEmpty();
    assertThat(store.groups().register(second)).contains(first);
    Group kept = group("b", "two", first.since());
    assertThat(store.groups().find("b")).contains(kept);
    assertThat(store.groups().groupsOf("one")).isEmpty();
    assertThat(store.groups().groupsOf("two")).extracting(Group::name).containsExactly("a", "b");
    store.groups().remove("a");
    store.groups().remove("a");
    assertThat(store.groups().all()).containsExactly(kept);
    assertThat(store.groups().find("a")).isEqualTo(Optional.empty());
  }

  private Lease acquire(String owner) {
    return store.leases().acquire("lock", owner, MINUTE).orElseThrow();
  }

  private static Group group(String name, String topic, Instant since) {
    return new Group(name, Set.of(topic), TypeFilter.all(), Order.NONE, since);
  }

  private static List<String> ids(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }
}

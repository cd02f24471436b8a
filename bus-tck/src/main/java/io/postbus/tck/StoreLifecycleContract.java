package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.spi.ClosedException;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Delayed;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Durability;
import io.postbus.spi.Group;
import io.postbus.spi.Lease;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Opening, closing, and what remains. */
abstract class StoreLifecycleContract extends StoreScene {
  private static final Duration LONG = Duration.ofMinutes(5);

  StoreLifecycleContract(StoreFixture fixture) {
    super(fixture);
  }

  @Test
  void aClosedStoreRefusesEverything() {
    Store store = open();
    Delayed entry = entry(due, 0);
    Lease lease = store.leases().acquire(name("lease"), "a", LONG).orElseThrow();
    var delays = store.delays();
    var leases = store.leases();
    var dedup = store.dedup();
    var groups = store.groups();
    store.close();
    store.close();
    List<Runnable> calls =
        List.of(
            () -> delays.put(shard(), List.of(entry)),
            () -> delays.move(shard(), List.of(Move.remove(entry.slot()))),
            () -> delays.slots(shard(), Slot.MIN, Slot.MAX, 1),
            () -> delays.get(shard(), List.of(entry.slot())),
            () -> delays.read(shard(), Slot.MIN, Slot.MAX, 1),
            () -> delays.find(DelayedQuery.ALL, null, 1),
            () -> delays.count(DelayedQuery.ALL),
            () -> leases.acquire("a", "b", LONG),
            () -> leases.renew(lease, LONG),
            () -> leases.release(lease),
            () -> leases.list(""),
            () -> dedup.completed("g", List.of("1")),
            () -> dedup.complete("g", List.of("1"), Instant.EPOCH),
            () -> groups.register(Group.direct("g", Instant.EPOCH)),
            () -> groups.remove("g"),
            () -> groups.find("g"),
            () -> groups.groupsOf("t"),
            groups::all,
            store::now);
    calls.forEach(c -> assertThatThrownBy(c::run).isInstanceOf(ClosedException.class));
  }

  @Test
  void closingOneNodeLeavesTheOthersOpen() {
    Store staying = open();
    Store leaving = open();
    leaving.delays().put(shard(), entries(3));
    leaving.close();
    assertThat(readAll(staying)).hasSize(3);
    assertThat(staying.delays().move(shard(), List.of(Move.remove(entry(due, 0).slot()))))
        .isNotNull();
  }

  /** What is only in the process is gone with its last user, and says so. */
  @Test
  void whatOutlivesItsNodesIsAsDurableAsDeclared() {
    String namespace = name("durable");
    Store first = open(namespace, SHARDS);
    first.delays().put(shard(), entries(3));
    first.groups().register(Group.direct("g", Instant.EPOCH));
    boolean durable = first.durability() != Durability.PROCESS;
    first.close();
    Store next = open(namespace, SHARDS);
    assertThat(readAll(next)).hasSize(durable ? 3 : 0);
    assertThat(next.groups().all()).hasSize(durable ? 1 : 0);
  }

  @Test
  void theNumberOfShardsIsForLife() {
    String namespace = name("shards");
    Store store = open(namespace, SHARDS);
    store.delays().put(shard(), entries(1));
    assertThatThrownBy(() -> open(namespace, SHARDS + 1).delays().count(DelayedQuery.ALL))
        .isInstanceOf(ConfigurationException.class);
    assertThat(readAll(store)).hasSize(1);
  }

  @Test
  void theStoresClockGoesOn() {
    Store store = open();
    Instant before = store.now();
    assertThat(Duration.between(before, Instant.now()).abs()).isLessThan(Duration.ofMinutes(10));
    eventually().until("time passes", () -> store.now().isAfter(before));
    assertThat(Duration.between(open().now(), store.now()).abs())
        .isLessThan(Duration.ofSeconds(10));
  }
}

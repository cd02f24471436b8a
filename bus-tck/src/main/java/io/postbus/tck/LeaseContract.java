package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.Lease;
import io.postbus.spi.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** At most one holder at a time, and a token that tells late ones from the present one. */
abstract class LeaseContract extends StoreScene {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(300);

  LeaseContract(StoreFixture fixture) {
    super(fixture);
  }

  @Test
  void aLeaseHasOneHolder() {
    Store store = open();
    String name = name("lease");
    Lease held = acquire(store, name, "a", LONG);
    assertThat(held.name()).isEqualTo(name);
    assertThat(held.owner()).isEqualTo("a");
    assertThat(store.leases().acquire(name, "b", LONG)).isEmpty();
    assertThat(open().leases().acquire(name, "b", LONG)).isEmpty();
    assertThat(store.leases().acquire(name, "a", LONG)).as("again by its owner").isEmpty();
    assertThat(store.leases().acquire(name("lease"), "b", LONG)).as("another one").isPresent();
  }

  @Test
  void aLeaseEndsAtTheTimeThatItSays() {
    Store store = open();
    Lease held = acquire(store, name("lease"), "a", LONG);
    assertThat(Duration.between(store.now(), held.until()))
        .isBetween(LONG.minusSeconds(30), LONG.plusSeconds(1));
    Lease renewed = renew(store, held, LONG.multipliedBy(2));
    assertThat(Duration.between(store.now(), renewed.until()))
        .isBetween(LONG.multipliedBy(2).minusSeconds(30), LONG.multipliedBy(2).plusSeconds(1));
    assertThat(renewed.epoch()).isEqualTo(held.epoch());
  }

  @Test
  void aReleasedLeaseIsFreeAndCannotBeRenewed() {
    Store store = open();
    String name = name("lease");
    Lease first = acquire(store, name, "a", LONG);
    store.leases().release(first);
    assertThat(store.leases().renew(first, LONG)).isEmpty();
    Lease second = acquire(open(), name, "b", LONG);
    assertThat(second.epoch()).isGreaterThan(first.epoch());
    assertThat(store.leases().renew(first, LONG)).isEmpty();
  }

  /** As after SIGSTOP: the holder wakes up and still believes it holds. */
  @Test
  void aHolderThatWasFrozenHasLostItsLease() {
    Store frozen = open();
    Store other = open();
    String name = name("lease");
    Lease late = acquire(frozen, name, "a", SHORT);
    Lease present = acquireOnceFree(other, name, "b");
    assertThat(present.epoch()).isGreaterThan(late.epoch());
    assertThat(frozen.leases().renew(late, LONG)).isEmpty();
    frozen.leases().release(late);
    assertThat(frozen.leases().acquire(name, "a", LONG)).as("still held by b").isEmpty();
    assertThat(other.leases().renew(present, LONG)).isPresent();
  }

  @Test
  void aLeaseThatRanOutCannotBeRenewedThoughNobodyTookIt() {
    Store store = open();
    Lease lease = acquire(store, name("lease"), "a", SHORT);
    eventually()
        .until("its time is over by the store's clock", () -> store.now().isAfter(lease.until()));
    assertThat(store.leases().renew(lease, LONG)).isEmpty();
  }

  @Test
  void renewingKeepsItFromRunningOut() {
    Store store = open();
    String name = name("lease");
    Lease first = acquire(store, name, "a", Duration.ofSeconds(2));
    Lease longer = renew(store, first, LONG);
    eventually().until("the first time is over", () -> store.now().isAfter(first.until()));
    assertThat(open().leases().acquire(name, "b", LONG)).isEmpty();
    assertThat(store.leases().renew(longer, LONG)).isPresent();
  }

  @Test
  void epochsOnlyGrow() {
    Store store = open();
    Store other = open();
    String name = name("lease");
    long last = 0;
    for (int i = 0; i < 50; i++) {
      Lease lease = acquire(i % 2 == 0 ? store : other, name, "a", LONG);
      assertThat(lease.epoch()).isGreaterThan(last);
      last = lease.epoch();
      (i % 3 == 0 ? store : other).leases().release(lease);
    }
  }

  /** Whoever holds it is alone, and has the greatest token so far. */
  @Test
  void aLeaseThatIsFoughtOverHasOneHolderAtATime() throws Exception {
    String name = name("lease");
    AtomicInteger inside = new AtomicInteger();
    List<Long> epochs = Collections.synchronizedList(new ArrayList<>());
    List<Callable<Integer>> rivals =
        IntStream.range(0, 6)
            .<Callable<Integer>>mapToObj(
                n -> {
                  Store store = open();
                  return () -> fight(store, name, "rival-" + n, inside, epochs);
                })
            .toList();
    InParallel.run(rivals, patience());
    assertThat(epochs).hasSize(6 * 20).isSorted().doesNotHaveDuplicates();
  }

  private int fight(
      Store store, String name, String owner, AtomicInteger inside, List<Long> epochs) {
    for (int won = 0; won < 20; won++) {
      Lease lease = acquireOnceFree(store, name, owner);
      assertThat(inside.incrementAndGet()).as("holders").isEqualTo(1);
      epochs.add(lease.epoch());
      inside.decrementAndGet();
      store.leases().release(lease);
    }
    return 20;
  }

  @Test
  void whatIsHeldIsListedByName() {
    Store store = open();
    String prefix = name("list");
    Lease b = acquire(store, prefix + "/b", "o", LONG);
    Lease a = acquire(store, prefix + "/a", "o", LONG);
    Lease gone = acquire(store, prefix + "/c", "o", LONG);
    Lease over = acquire(store, prefix + "/d", "o", SHORT);
    acquire(store, name("other"), "o", LONG);
    store.leases().release(gone);
    eventually().until("one is over", () -> store.now().isAfter(over.until()));
    assertThat(open().leases().list(prefix + "/")).containsExactly(a, b);
    assertThat(store.leases().list(prefix + "%")).isEmpty();
  }

  @Test
  void namespacesAreApart() {
    String name = name("lease");
    acquire(open(), name, "a", LONG);
    acquire(open("other", SHARDS), name, "b", LONG);
  }

  private static Lease acquire(Store store, String name, String owner, Duration ttl) {
    Optional<Lease> lease = store.leases().acquire(name, owner, ttl);
    assertThat(lease).as("lease " + name).isPresent();
    return lease.orElseThrow();
  }

  private Lease acquireOnceFree(Store store, String name, String owner) {
    List<Lease> got = new ArrayList<>();
    eventually()
        .until(
            owner + " has the lease",
            () -> {
              store.leases().acquire(name, owner, LONG).ifPresent(got::add);
              return !got.isEmpty();
            });
    return got.get(0);
  }

  private static Lease renew(Store store, Lease lease, Duration ttl) {
    return store.leases().renew(lease, ttl).orElseThrow();
  }
}

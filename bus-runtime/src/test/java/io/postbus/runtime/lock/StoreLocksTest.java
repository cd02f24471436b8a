package io.postbus.runtime.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.postbus.Lock;
import io.postbus.LockTimeoutException;
import io.postbus.Locks;
import io.postbus.runtime.delay.DelayWorld;
import io.postbus.runtime.delay.NodeTime;
import io.postbus.runtime.delay.ReachedStore;
import io.postbus.runtime.time.RealTimeline;
import io.postbus.runtime.time.VirtualTimeline;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Lease;
import io.postbus.spi.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreLocksTest {
  private static final Duration TTL = Duration.ofSeconds(30);

  private final VirtualTimeline time = new VirtualTimeline(Instant.parse("2026-01-01T00:00:00Z"));
  private final Store store = DelayWorld.openStore(time, 16);
  private final Node a = new Node("a");
  private final Node b = new Node("b");

  /** One process: its threads, its way to the store, its locks. */
  private final class Node {
    final NodeTime own = new NodeTime(time, Runnable::run);
    final ReachedStore reached = new ReachedStore(store);
    final LeaseKeeper keeper;
    final Locks locks;

    Node(String name) {
      keeper = new LeaseKeeper(reached, name, own, own);
      locks = new StoreLocks(reached, keeper, Duration.ofSeconds(30));
    }
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void isHeldByOneAtATime() {
    try (Lock lock = a.locks.tryAcquire("month-end", TTL).orElseThrow()) {
      assertThat(lock.name()).isEqualTo("month-end");
      assertThat(lock.held()).isTrue();
      assertThat(b.locks.tryAcquire("month-end", TTL)).isEmpty();
      assertThat(a.locks.tryAcquire("month-end", TTL)).isEmpty();
      assertThat(b.locks.tryAcquire("another", TTL)).isPresent();
    }
    assertThat(b.locks.tryAcquire("month-end", TTL)).isPresent();
  }

  @Test
  void growsItsEpochWithEachHolder() {
    Lock first = a.locks.acquire("x", TTL);
    long epoch = first.epoch();
    time.advance(Duration.ofHours(1));
    assertThat(first.epoch()).isEqualTo(epoch);
    first.close();
    assertThat(b.locks.acquire("x", TTL).epoch()).isGreaterThan(epoch);
  }

  @Test
  void isRenewedWhileItIsHeld() {
    Lock lock = a.locks.acquire("x", TTL);
    List<String> told = new ArrayList<>();
    lock.onLost(() -> told.add("lost"));
    for (int i = 0; i < 600; i++) {
      time.advance(Duration.ofSeconds(1));
      assertThat(lock.held()).isTrue();
      assertThat(b.locks.tryAcquire("x", TTL)).isEmpty();
    }
    assertThat(told).isEmpty();
    assertThat(a.reached.callCount()).isBetween(60, 63);
  }

  @Test
  void isFreeAtOnceWhenClosedAndClosingTwiceDoesNotTakeItFromTheNext() {
    Lock lock = a.locks.acquire("x", TTL);
    lock.close();
    assertThat(lock.held()).isFalse();
    Lock next = b.locks.acquire("x", TTL);
    lock.close();
    time.advance(Duration.ofMinutes(5));
    assertThat(next.held()).isTrue();
  }

  @Test
  void isFreeAfterItsTimeWhenTheHolderDies() {
    Lock lock = a.locks.acquire("x", TTL);
    time.advance(Duration.ofMinutes(5));
    a.own.die();
    time.advance(Duration.ofSeconds(19));
    assertThat(b.locks.tryAcquire("x", TTL)).isEmpty();
    time.advance(Duration.ofSeconds(11));
    assertThat(b.locks.tryAcquire("x", TTL)).isPresent();
    assertThat(lock.held()).isFalse();
  }

  @Test
  void tellsItsHolderBeforeAnotherCanHaveItWhenTheStoreCannotBeReached() {
    Lock lock = a.locks.acquire("x", TTL);
    List<Instant> told = new ArrayList<>();
    lock.onLost(() -> told.add(time.instant()));
    time.advance(Duration.ofSeconds(9));
    a.reached.fault = new ConnectionException("cut by a test", null);
    while (lock.held()) {
      assertThat(b.locks.tryAcquire("x", TTL)).isEmpty();
      time.advance(Duration.ofMillis(100));
    }
    assertThat(told).hasSize(1);
    time.advance(Duration.ofSeconds(2));
    a.reached.fault = null;
    assertThat(b.locks.tryAcquire("x", TTL)).isPresent();
    time.advance(Duration.ofMinutes(5));
    assertThat(lock.held()).isFalse();
    assertThat(told).hasSize(1);
    lock.onLost(() -> told.add(time.instant()));
    assertThat(told).hasSize(2);
  }

  @Test
  void survivesAnOutageThatIsShorterThanItsTime() {
    Lock lock = a.locks.acquire("x", TTL);
    time.advance(Duration.ofSeconds(9));
    a.reached.fault = new ConnectionException("cut by a test", null);
    time.advance(Duration.ofSeconds(15));
    a.reached.fault = null;
    time.advance(Duration.ofMinutes(2));
    assertThat(lock.held()).isTrue();
    assertThat(b.locks.tryAcquire("x", TTL)).isEmpty();
  }

  @Test
  void isLostToAFrozenHolderTheMomentItWakes() {
    Lock lock = a.locks.acquire("x", TTL);
    List<String> told = new ArrayList<>();
    lock.onLost(() -> told.add("lost"));
    a.own.freeze();
    time.advance(Duration.ofSeconds(31));
    Lock next = b.locks.tryAcquire("x", TTL).orElseThrow();
    assertThat(lock.held()).isFalse();
    a.own.thaw();
    assertThat(told).containsExactly("lost");
    assertThat(next.epoch()).isGreaterThan(lock.epoch());
    lock.close();
    assertThat(next.held()).isTrue();
    assertThat(a.locks.tryAcquire("x", TTL)).isEmpty();
  }

  @Test
  void isWaitedFor() {
    Lock lock = a.locks.acquire("x", TTL);
    CompletableFuture<Optional<KeptLease>> waiting =
        b.keeper.take("lock/x", TTL, Duration.ofMinutes(1));
    time.advance(Duration.ofSeconds(40));
    assertThat(waiting).isNotDone();
    lock.close();
    time.advance(Duration.ofSeconds(1));
    assertThat(waiting).isCompletedWithValueMatching(o -> o.orElseThrow().held());
  }

  @Test
  void isNotWaitedForLongerThanAsked() {
    Lock lock = a.locks.acquire("x", TTL);
    CompletableFuture<Optional<KeptLease>> waiting =
        b.keeper.take("lock/x", TTL, Duration.ofMinutes(1));
    time.advance(Duration.ofSeconds(59));
    assertThat(waiting).isNotDone();
    time.advance(Duration.ofSeconds(1));
    assertThat(waiting).isCompletedWithValue(Optional.empty());
    assertThat(lock.held()).isTrue();
    assertThatExceptionOfType(LockTimeoutException.class)
        .isThrownBy(() -> b.locks.acquire("x", TTL, Duration.ZERO));
  }

  @Test
  void isWaitedForThroughAnOutage() {
    b.reached.fault = new ConnectionException("cut by a test", null);
    CompletableFuture<Optional<KeptLease>> waiting =
        b.keeper.take("lock/x", TTL, Duration.ofMinutes(1));
    CompletableFuture<Optional<KeptLease>> hopeless =
        b.keeper.take("lock/x", TTL, Duration.ofSeconds(10));
    time.advance(Duration.ofSeconds(30));
    b.reached.fault = null;
    time.advance(Duration.ofSeconds(1));
    assertThat(waiting).isCompletedWithValueMatching(Optional::isPresent);
    assertThat(hopeless).isCompletedExceptionally();
  }

  @Test
  void isGivenBackWhenItsWaiterHasGone() {
    Lock lock = a.locks.acquire("x", TTL);
    CompletableFuture<Optional<KeptLease>> waiting =
        b.keeper.take("lock/x", TTL, Duration.ofMinutes(1));
    assertThat(waiting.cancel(false)).isTrue();
    lock.close();
    time.advance(Duration.ofSeconds(5));
    assertThat(a.locks.tryAcquire("x", TTL)).isPresent();
  }

  @Test
  void isGivenBackWhenTheKeeperCloses() {
    Lock lock = a.locks.acquire("x", TTL);
    List<String> told = new ArrayList<>();
    lock.onLost(() -> told.add("lost"));
    a.keeper.close();
    a.keeper.close();
    assertThat(lock.held()).isFalse();
    assertThat(told).isEmpty();
    assertThat(b.locks.tryAcquire("x", TTL)).isPresent();
    assertThatExceptionOfType(ClosedException.class).isThrownBy(() -> a.locks.tryAcquire("y", TTL));
    assertThatExceptionOfType(ClosedException.class).isThrownBy(() -> a.locks.acquire("y", TTL));
  }

  @Test
  void isListedByItsName() {
    try (Lock x = a.locks.acquire("x", TTL);
        Lock y = b.locks.acquire("y", TTL)) {
      assertThat(a.locks.list())
          .containsExactly(
              new Lease("x", "a", x.epoch(), time.instant().plus(TTL)),
              new Lease("y", "b", y.epoch(), time.instant().plus(TTL)));
    }
    assertThat(a.locks.list()).isEmpty();
  }

  @Test
  void refusesNamesAndTimesThatCannotWork() {
    assertThatIllegalArgumentException().isThrownBy(() -> a.locks.tryAcquire("", TTL));
    assertThatIllegalArgumentException().isThrownBy(() -> a.locks.acquire("x".repeat(201), TTL));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> a.locks.acquire("x", Duration.ofMillis(99)));
  }

  @Test
  void keepsTwoThreadsApartInRealTime() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (RealTimeline real = new RealTimeline("locks-under-test");
        Store shared = DelayWorld.openStore(real, 16)) {
      AtomicInteger inside = new AtomicInteger();
      AtomicInteger entered = new AtomicInteger();
      CountDownLatch go = new CountDownLatch(1);
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        LeaseKeeper keeper = new LeaseKeeper(shared.leases(), "n" + i, real, threads);
        Locks locks = new StoreLocks(shared.leases(), keeper, Duration.ofSeconds(30));
        workers.add(
            threads.submit(
                () -> {
                  go.await();
                  for (int n = 0; n < 25; n++) {
                    try (Lock lock = locks.acquire("x", Duration.ofSeconds(5), TTL)) {
                      assertThat(inside.incrementAndGet()).isEqualTo(1);
                      assertThat(lock.held()).isTrue();
                      entered.incrementAndGet();
                      inside.decrementAndGet();
                    }
                  }
                  return null;
                }));
      }
      go.countDown();
      for (Future<?> worker : workers) {
        worker.get(30, TimeUnit.SECONDS);
      }
      assertThat(entered).hasValue(100);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void letsAnInterruptedWaiterGo() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (RealTimeline real = new RealTimeline("locks-under-test");
        Store shared = DelayWorld.openStore(real, 16)) {
      LeaseKeeper keeper = new LeaseKeeper(shared.leases(), "n", real, threads);
      Locks locks = new StoreLocks(shared.leases(), keeper, Duration.ofSeconds(30));
      Lock lock = locks.acquire("x", TTL);
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread waiter =
          new Thread(
              () -> {
                try {
                  locks.acquire("x", TTL).close();
                } catch (LockTimeoutException e) {
                  interrupted.complete(Thread.currentThread().isInterrupted());
                }
              });
      waiter.start();
      waiter.interrupt();
      assertThat(interrupted.get(5, TimeUnit.SECONDS)).isTrue();
      assertThat(lock.held()).isTrue();
    } finally {
      threads.shutdownNow();
    }
  }
}

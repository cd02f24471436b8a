package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.runtime.time.Pending;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers come for all that there is, however few of them are woken. */
@Timeout(60)
class ReadyTest {
  private static final int WORKERS = 4;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Ready<Runnable> ready = new Ready<>(Pending.NONE);
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final AtomicInteger handled = new AtomicInteger();
  private final Semaphore blocked = new Semaphore(0);

  private final Workers<Runnable> workers =
      new Workers<>(
          "ready",
          WORKERS,
          ready,
          (work, worker) -> {
            threads.add(Thread.currentThread());
            long begin = System.nanoTime();
            work.run();
            worker.took(System.nanoTime() - begin);
          });

  @AfterEach
  void close() {
    blocked.release(1_000);
    ready.close();
  }

  @Test
  void slowWorkIsDoneByAsManyAsThereAre() {
    ready.addAll(meeting());
    handle(WORKERS);
  }

  @Test
  void quickWorkThatBecomesSlowIsDoneByAsManyAsThereAre() {
    workIsQuick();
    ready.addAll(meeting());
    handle(WORKERS);
  }

  @Test
  void whatBlocksAWorkerHoldsBackNobodyForLong() {
    long quickest = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      workIsQuick();
      long begin = System.nanoTime();
      ready.add(this::block);
      ready.addAll(quick(100));
      handle(100);
      quickest = Math.min(quickest, System.nanoTime() - begin);
      blocked.release();
      handle(1);
    }
    assertThat(Duration.ofNanos(quickest)).isLessThan(Duration.ofMillis(50));
  }

  @Test
  void whatComesLaterIsDoneThoughAllButOneAreBlocked() {
    workIsQuick();
    for (int i = 1; i < WORKERS; i++) {
      ready.add(this::block);
      ready.addAll(quick(10));
      handle(10);
    }
    for (int i = 0; i < 100; i++) {
      ready.add(handled::incrementAndGet);
      handle(1);
    }
    blocked.release(WORKERS - 1);
    handle(WORKERS - 1);
  }

  @Test
  void whatAnIdleGuardWouldHaveSeenIsDone() {
    workIsQuick();
    ready.add(this::block);
    ready.addAll(quick(10));
    handle(10);
    // Longer than anybody stands guard over nothing.
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    ready.addAll(quick(10));
    handle(10);
    blocked.release();
    handle(1);
  }

  @Test
  void nothingIsLeftBehindHoweverItComes() throws Exception {
    for (int round = 0; round < 300; round++) {
      int adders = 1 + round % 3;
      int each = 1 + round % 50;
      List<Thread> adding = new ArrayList<>();
      for (int a = 0; a < adders; a++) {
        Thread thread = new Thread(() -> addSome(each));
        adding.add(thread);
        thread.start();
      }
      for (Thread thread : adding) {
        thread.join();
      }
      // Whatever nobody was woken for would lie there now.
      handle(adders * each);
    }
    assertThat(threads).hasSizeLessThanOrEqualTo(WORKERS);
  }

  @Test
  void nothingIsLeftBehindWhenItIsClosed() throws Exception {
    workIsQuick();
    CountDownLatch begun = new CountDownLatch(1);
    ready.add(
        () -> {
          begun.countDown();
          block();
        });
    begun.await();
    ready.addAll(quick(100));
    ready.close();
    handle(100);
    blocked.release();
    handle(1);
    Eventually.within(LIMIT)
        .until("all workers end", () -> threads.stream().noneMatch(Thread::isAlive));
    assertThat(workers.stuck()).isZero();
    ready.add(handled::incrementAndGet);
    assertThat(handled).hasValue(0);
  }

  /** Work that waits until every worker is at it. */
  private List<Runnable> meeting() {
    CyclicBarrier all = new CyclicBarrier(WORKERS);
    List<Runnable> meeting = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      meeting.add(
          () -> {
            try {
              all.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
            handled.incrementAndGet();
          });
    }
    return meeting;
  }

  private List<Runnable> quick(int count) {
    List<Runnable> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(handled::incrementAndGet);
    }
    return some;
  }

  /** So that nobody is woken for little. */
  private void workIsQuick() {
    for (int i = 0; i < 20; i++) {
      ready.addAll(quick(50));
      handle(50);
    }
  }

  private void block() {
    blocked.acquireUninterruptibly();
    handled.incrementAndGet();
  }

  private void addSome(int count) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (int i = 0; i < count; i++) {
      long nanos = random.nextInt(8) == 0 ? random.nextInt(300_000) : 0;
      ready.add(
          () -> {
            LockSupport.parkNanos(nanos);
            handled.incrementAndGet();
          });
      if (random.nextInt(4) == 0) {
        LockSupport.parkNanos(random.nextInt(200_000));
      }
    }
  }

  /** Waits for so many, and counts from 0 again. */
  private void handle(int count) {
    Eventually.within(LIMIT).until(count + " are handled", () -> handled.get() >= count);
    assertThat(handled.getAndSet(0)).isEqualTo(count);
  }
}

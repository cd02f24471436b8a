package io.postbus.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class VirtualTimelineTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final VirtualTimeline time = new VirtualTimeline(START);
  private final List<String> ran = new ArrayList<>();

  @Test
  void standsStillUntilItIsAdvanced() {
    assertThat(time.instant()).isEqualTo(START);
    long nanos = time.nanos();
    time.advance(Duration.ofMinutes(30));
    assertThat(time.instant()).isEqualTo(START.plusSeconds(1800));
    assertThat(time.nanos() - nanos).isEqualTo(Duration.ofMinutes(30).toNanos());
  }

  @Test
  void runsWhatIsDueInOrderOfTimeEachAtItsMoment() {
    note("late", 20);
    note("early", 10);
    note("also early", 10);
    note("beyond", 31);
    time.advance(Duration.ofMillis(30));
    assertThat(ran).containsExactly("early@10", "also early@10", "late@20");
    time.advance(Duration.ofMillis(1));
    assertThat(ran).endsWith("beyond@31");
  }

  @Test
  void letsTheConsequencesOfATaskTakePart() {
    time.schedule(
        Duration.ofMillis(10),
        () -> {
          note("second", 5);
          note("at once", 0);
          note("in the past", -7);
        });
    time.advance(Duration.ofMillis(15));
    assertThat(ran).containsExactly("at once@10", "in the past@10", "second@15");
  }

  @Test
  void runsNothingBeforeItIsAdvancedAndWhatIsDueWhenAdvancedByNothing() {
    note("now", 0);
    assertThat(ran).isEmpty();
    time.advance(Duration.ZERO);
    assertThat(ran).containsExactly("now@0");
  }

  @Test
  void doesNotRunACancelledTask() {
    Timeline.Timer timer = note("cancelled", 10);
    timer.cancel();
    timer.cancel();
    time.advance(Duration.ofHours(1));
    assertThat(ran).isEmpty();
  }

  @Test
  void goesOnAfterATaskThatThrows() {
    time.schedule(
        Duration.ofMillis(1),
        () -> {
          throw new IllegalArgumentException("thrown on purpose by a test");
        });
    note("after", 2);
    time.advance(Duration.ofMillis(2));
    assertThat(ran).containsExactly("after@2");
  }

  @Test
  void waitsForWorkThatATaskHandedOver() throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    Executor tracked = time.pending().tracking(threads);
    CountDownLatch held = new CountDownLatch(1);
    time.schedule(
        Duration.ofMillis(1),
        () ->
            tracked.execute(
                () -> {
                  await(held);
                  tracked.execute(() -> note("consequence", 1));
                }));
    time.schedule(Duration.ofMillis(1), held::countDown);
    note("next", 3);
    threads.execute(held::countDown);
    time.advance(Duration.ofMillis(3));
    assertThat(ran).containsExactly("consequence@2", "next@3");
    threads.shutdown();
    assertThat(threads.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void countsATaskThatItsExecutorRefusesAsEnded() {
    ExecutorService closed = Executors.newSingleThreadExecutor();
    closed.shutdown();
    Executor tracked = time.pending().tracking(closed);
    assertThat(catchRejection(() -> tracked.execute(() -> {}))).isTrue();
    time.advance(Duration.ofMillis(1));
    assertThat(time.instant()).isEqualTo(START.plusMillis(1));
  }

  @Test
  void waitsUntilEveryConditionHolds() {
    AtomicBoolean emptied = new AtomicBoolean();
    List<Instant> asked = new ArrayList<>();
    time.idleWhen(
        () -> {
          asked.add(time.instant());
          return emptied.getAndSet(true);
        });
    time.advance(Duration.ofMillis(5));
    assertThat(asked).hasSizeGreaterThan(1).containsOnly(START);
  }

  @Test
  void failsWhenWorkDoesNotEnd() {
    VirtualTimeline impatient = new VirtualTimeline(START, Duration.ofMillis(20));
    impatient.pending().enter();
    assertThatIllegalStateException()
        .isThrownBy(() -> impatient.advance(Duration.ofMillis(1)))
        .withMessageContaining("1 pieces of counted work");
    assertThat(impatient.instant()).isEqualTo(START);
  }

  @Test
  void refusesToBeAdvancedByATask() {
    List<Throwable> thrown = new ArrayList<>();
    time.schedule(
        Duration.ZERO,
        () -> {
          try {
            time.advance(Duration.ofMillis(1));
          } catch (IllegalStateException e) {
            thrown.add(e);
          }
        });
    time.advance(Duration.ZERO);
    assertThat(thrown).hasSize(1);
  }

  private Timeline.Timer note(String what, int millis) {
    return time.schedule(
        Duration.ofMillis(millis),
        () -> ran.add(what + "@" + Duration.between(START, time.instant()).toMillis()));
  }

  private static boolean catchRejection(Runnable call) {
    try {
      call.run();
      return false;
    } catch (java.util.concurrent.RejectedExecutionException e) {
      return true;
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

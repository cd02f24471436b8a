package io.postbus.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RealTimelineTest {
  private final RealTimeline time = new RealTimeline("timeline-under-test");

  @AfterEach
  void close() {
    time.close();
  }

  @Test
  void runsATaskAfterItsDelayAndNotBefore() throws InterruptedException {
    CountDownLatch ran = new CountDownLatch(1);
    long[] at = new long[1];
    long before = time.nanos();
    time.schedule(
        Duration.ofMillis(20),
        () -> {
          at[0] = time.nanos();
          ran.countDown();
        });
    assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(at[0] - before).isGreaterThanOrEqualTo(Duration.ofMillis(20).toNanos());
  }

  @Test
  void goesOnAfterATaskThatThrows() throws InterruptedException {
    CountDownLatch ran = new CountDownLatch(1);
    time.schedule(
        Duration.ZERO,
        () -> {
          throw new LinkageError("thrown on purpose by a test");
        });
    time.schedule(Duration.ofMillis(1), ran::countDown);
    assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void runsTasksOneAtATimeOnItsThreadInOrderOfTime() throws InterruptedException {
    List<String> ran = new CopyOnWriteArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    time.schedule(Duration.ofMillis(30), () -> ran.add("b " + Thread.currentThread().getName()));
    time.schedule(Duration.ofMillis(10), () -> ran.add("a " + Thread.currentThread().getName()));
    time.schedule(Duration.ofMillis(31), done::countDown);
    assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(ran).containsExactly("a timeline-under-test", "b timeline-under-test");
  }

  @Test
  void doesNotRunACancelledTaskAndTakesDelaysOfCenturies() throws InterruptedException {
    CountDownLatch marker = new CountDownLatch(1);
    List<String> ran = new CopyOnWriteArrayList<>();
    Timeline.Timer never = time.schedule(Duration.ofDays(365_000), () -> ran.add("never"));
    Timeline.Timer timer = time.schedule(Duration.ofMillis(5), () -> ran.add("cancelled"));
    timer.cancel();
    timer.cancel();
    time.schedule(Duration.ofMillis(10), marker::countDown);
    assertThat(marker.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(ran).isEmpty();
    never.cancel();
  }

  @Test
  void discardsWhatIsScheduledAfterClose() {
    time.close();
    time.close();
    time.schedule(Duration.ZERO, () -> {}).cancel();
  }
}

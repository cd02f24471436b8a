package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Delivery;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.RetrySchedule;
import io.postbus.runtime.consume.Observer.Outcome;
import io.postbus.spi.Failure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private static final Duration TIMEOUT = Duration.ofMillis(150);

  private final ConsumeRig rig = ConsumeRig.real();
  private final CountDownLatch never = new CountDownLatch(1);
  private final List<Delivery> seen = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    never.countDown();
    rig.close();
  }

  @Test
  void aHandlerIsInterruptedAtItsDeadlineAndTriedAgain() {
    List<Boolean> lateAcks = new CopyOnWriteArrayList<>();
    rig.join(
        ConsumeRig.group("g").timeout(TIMEOUT).retry(RetrySchedule.inPlace(Duration.ZERO)),
        d -> {
          seen.add(d);
          if (d.attempt() == 1) {
            try {
              never.await();
            } finally {
              lateAcks.add(d.ack());
            }
          }
        });
    rig.publish("A");
    rig.eventually("it is handled again", () -> rig.told.outcomes.contains(Outcome.OK));

    assertThat(rig.told.outcomes).containsExactly(Outcome.TIMED_OUT, Outcome.OK);
    assertThat(seen).extracting(Delivery::attempt).containsExactly(1, 2);
    assertThat(lateAcks).containsExactly(false);
  }

  @Test
  void theDeadLetterShowsWhereTheHandlerHung() {
    rig.join(ConsumeRig.group("g").timeout(TIMEOUT), d -> never.await());
    rig.publish("A");
    rig.eventually("it is dead", () -> rig.told.dead.size() == 1);

    Failure failure = rig.told.dead.get(0);
    assertThat(failure.error()).isEqualTo("java.util.concurrent.TimeoutException");
    assertThat(failure.trace()).contains("CountDownLatch.await");
  }

  @Test
  void theInterruptOfOneNeverHitsTheNext() {
    AtomicBoolean disturbed = new AtomicBoolean();
    rig.join(
        ConsumeRig.group("g").concurrency(2).timeout(Duration.ofMillis(20)),
        d -> {
          if (Thread.currentThread().isInterrupted()) {
            disturbed.set(true);
          }
          if (d.message().type().equals("Slow")) {
            seen.add(d);
            // As near to the deadline as makes no difference.
            spin(19 + seen.size() % 4);
          }
        });
    for (int i = 0; i < 200; i++) {
      rig.publish("Slow", "Quick");
    }
    rig.eventually("all are done", () -> rig.told.outcomes.size() == 400);

    assertThat(disturbed).isFalse();
    assertThat(rig.told.outcomes).contains(Outcome.TIMED_OUT, Outcome.OK);
  }

  @Test
  void aHandlerThatIgnoresItsInterruptHoldsUpNobodyElse() {
    Member member =
        rig.join(
            ConsumeRig.group("g").concurrency(1).timeout(TIMEOUT),
            d -> {
              seen.add(d);
              if (d.message().type().equals("Deaf")) {
                ignoreInterrupts();
              }
            });
    rig.publish("Deaf", "A");
    rig.eventually("the next one is handled", () -> rig.told.outcomes.contains(Outcome.OK));
    rig.eventually("the first one is dead", () -> rig.told.dead.size() == 1);

    assertThat(rig.told.outcomes).containsExactlyInAnyOrder(Outcome.TIMED_OUT, Outcome.OK);
    assertThat(member.health().state()).isEqualTo(State.RUNNING);
    assertThat(member.health().detail()).contains("1 handler");
    never.countDown();
    rig.eventually("it is forgotten", () -> member.health().detail().isEmpty());
    rig.publish("B");
    rig.eventually("work goes on", () -> rig.told.outcomes.size() == 3);
  }

  @Test
  void handlersThatIgnoreTheirInterruptsDoNotBreedThreadsForEver() {
    Member member =
        rig.join(ConsumeRig.group("g").concurrency(1).timeout(TIMEOUT), d -> ignoreInterrupts());
    rig.publish("A", "B", "C", "D");
    rig.eventually("it is stalled", () -> member.health().state() == State.STALLED);

    assertThat(rig.told.outcomes).hasSize(2);
    long threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().matches("postbus-g-\\d+"))
            .count();
    assertThat(threads).isEqualTo(2);
    never.countDown();
    rig.eventually("the others are handled", () -> rig.told.outcomes.size() == 4);
    assertThat(member.health().state()).isEqualTo(State.RUNNING);
  }

  @Test
  void aBatchThatHangsIsTriedAgainOneByOne() {
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    rig.joinBatch(
        ConsumeRig.group("g")
            .timeout(TIMEOUT)
            .batch(3, Duration.ofSeconds(1))
            .retry(RetrySchedule.inPlace(Duration.ZERO)),
        batch -> {
          sizes.add(batch.size());
          if (batch.stream().anyMatch(d -> d.message().type().equals("Slow"))) {
            never.await();
          }
        });
    rig.publish("A", "Slow", "B");
    rig.eventually("the good ones are handled", () -> outcomes(Outcome.OK) == 2);
    rig.eventually("the bad one is dead", () -> rig.told.dead.size() == 1);

    assertThat(sizes).containsExactly(3, 1, 1, 1);
    assertThat(outcomes(Outcome.TIMED_OUT)).isEqualTo(4);
  }

  private long outcomes(Outcome which) {
    return rig.told.outcomes.stream().filter(which::equals).count();
  }

  private void ignoreInterrupts() {
    boolean over = false;
    while (!over) {
      try {
        over = never.await(1, TimeUnit.MINUTES);
      } catch (InterruptedException ignored) {
        // That is what this handler is like.
      }
    }
  }

  private static void spin(long millis) {
    long until = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }
}

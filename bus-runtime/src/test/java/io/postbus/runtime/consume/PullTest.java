package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Delivery;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PullTest {
  private static final Duration WAIT = Duration.ofSeconds(5);
  private static final Duration NOW = Duration.ZERO;

  private final ConsumeRig rig = ConsumeRig.real();

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void theCallerGetsWhatThereIsAndSettlesIt() {
    try (PullMember puller = pull(group())) {
      rig.publish("A", "B", "C");
      List<Delivery> pulled = pull(puller, 3);

      assertThat(pulled).extracting(d -> d.message().type()).containsExactly("A", "B", "C");
      pulled.forEach(d -> assertThat(d.ack()).isTrue());
      rig.eventually("all are settled", () -> rig.broker.backlog("g").unsettled().orElse(-1) == 0);
      assertThat(puller.pull(1, NOW)).isEmpty();
    }
  }

  @Test
  void noMoreAreHeldThanMayBePulled() {
    try (PullMember puller = pull(group().fetch(2, Duration.ZERO))) {
      rig.publish("A", "B", "C");
      List<Delivery> held = pull(puller, 2);
      assertThat(puller.pull(1, Duration.ofMillis(50))).isEmpty();
      assertThat(rig.broker.backlog("g").ready()).isEqualTo(1);
      assertThat(held.get(0).ack()).isTrue();

      assertThat(puller.pull(5, WAIT)).hasSize(1);
    }
  }

  @Test
  void aFailureIsTriedAgain() {
    try (PullMember puller = pull(group().retry(RetrySchedule.inPlace(Duration.ofMillis(1))))) {
      rig.publish("A");
      assertThat(pull(puller, 1).get(0).retry(new IllegalStateException("no luck"))).isTrue();
      Delivery again = pull(puller, 1).get(0);

      assertThat(again.attempt()).isEqualTo(2);
      assertThat(again.retry(new IllegalStateException("no luck"))).isTrue();
      rig.eventually("it is dead", () -> rig.dead().size() == 1);
    }
  }

  @Test
  void whatIsNotSettledInTimeHasFailed() {
    try (PullMember puller =
        pull(group().timeout(Duration.ofMillis(50)).retry(RetrySchedule.inPlace(NOW)))) {
      rig.publish("A");
      Delivery late = pull(puller, 1).get(0);
      Delivery again = pull(puller, 1).get(0);

      assertThat(late.settled()).isTrue();
      assertThat(late.ack()).isFalse();
      assertThat(again.attempt()).isEqualTo(2);
    }
  }

  @Test
  void anOrderedGroupIsPulledKeyByKey() {
    try (PullMember puller = pull(group().order(Order.KEY).fetch(10, Duration.ZERO))) {
      rig.keyed("a", 0, 2);
      rig.keyed("b", 0, 2);
      List<Delivery> first = pull(puller, 2);
      assertThat(first).extracting(d -> d.message().key()).containsExactlyInAnyOrder("a", "b");
      assertThat(puller.pull(10, Duration.ofMillis(50))).isEmpty();
      assertThat(first.get(0).ack()).isTrue();

      Delivery next = pull(puller, 1).get(0);
      assertThat(next.message().key()).isEqualTo(first.get(0).message().key());
      assertThat(next.message().type()).isEqualTo("n1");
    }
  }

  @Test
  void closingGivesBackWhatIsUnsettledAndEndsTheWait() throws Exception {
    PullMember puller = pull(group());
    rig.publish("A");
    Delivery held = pull(puller, 1).get(0);
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread waiting =
        new Thread(
            () -> {
              try {
                puller.pull(1, Duration.ofMinutes(1));
              } catch (RuntimeException e) {
                end.set(e);
              }
            });
    waiting.start();
    puller.close();
    puller.close();
    waiting.join(5_000);

    assertThat(end.get()).isInstanceOf(ClosedException.class);
    assertThat(held.ack()).isFalse();
    assertThat(rig.broker.backlog("g").ready()).isEqualTo(1);
    assertThatThrownBy(() -> puller.pull(1, NOW)).isInstanceOf(ClosedException.class);
  }

  private static Subscription group() {
    return ConsumeRig.group("g");
  }

  private PullMember pull(Subscription s) {
    PullMember puller = PullMember.join(s, rig.context(s));
    puller.awaitJoined(WAIT);
    return puller;
  }

  private static List<Delivery> pull(PullMember puller, int count) {
    List<Delivery> pulled = new ArrayList<>();
    long until = System.nanoTime() + WAIT.toNanos();
    while (pulled.size() < count && System.nanoTime() < until) {
      pulled.addAll(puller.pull(count - pulled.size(), Duration.ofMillis(100)));
    }
    assertThat(pulled).hasSize(count);
    return pulled;
  }
}

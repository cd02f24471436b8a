package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Delivery;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Order;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderTest {
  private static final RetrySchedule SHORT =
      RetrySchedule.inPlace(Duration.ZERO).thenDelayed(Duration.ofSeconds(10));

  /** What was handled to the end, by key, and whether two of a key ever met. */
  private final Map<String, List<String>> done = new ConcurrentHashMap<>();

  private final Set<String> atWork = ConcurrentHashMap.newKeySet();
  private final List<String> meetings = new CopyOnWriteArrayList<>();

  @Test
  void messagesOfAKeyKeepTheirOrderAndNeverMeet() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      Random random = new Random(1);
      rig.join(
          ordered(Order.KEY)
              .concurrency(8)
              .retry(
                  RetrySchedule.inPlace(Duration.ZERO, Duration.ofMillis(50))
                      .thenDelayed(Duration.ofSeconds(10))),
          d ->
              alone(
                  d,
                  () -> {
                    // Some work at once, some in place, some after a delay, some never.
                    if (Math.floorMod(d.message().id().hashCode(), 6) >= d.attempt()) {
                      throw new IllegalStateException("no luck");
                    }
                  }));
      for (int i = 0; i < 50; i++) {
        for (String key : List.of("a", "b", "c")) {
          rig.publish(rig.message("n" + i).key(key));
        }
        if (random.nextInt(4) == 0) {
          rig.publish(rig.message("free"));
        }
      }
      rig.advance(Duration.ofHours(2));

      List<String> inOrder = IntStream.range(0, 50).mapToObj(i -> "n" + i).toList();
      for (String key : List.of("a", "b", "c")) {
        List<String> dead =
            rig.dead().stream()
                .filter(e -> key.equals(e.message().key()))
                .map(e -> e.message().type())
                .toList();
        assertThat(done.get(key))
            .isEqualTo(inOrder.stream().filter(n -> !dead.contains(n)).toList());
      }
      assertThat(rig.dead()).isNotEmpty();
      assertThat(meetings).isEmpty();
    }
  }

  @Test
  void aFailingKeyParksAlone() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      Member member =
          rig.join(
              ordered(Order.KEY).retry(SHORT),
              d ->
                  alone(
                      d,
                      () -> {
                        if (d.message().type().equals("n0") && "bad".equals(d.message().key())) {
                          throw new IllegalStateException("no luck");
                        }
                      }));
      rig.keyed("bad", 0, 3);
      rig.keyed("good", 0, 3);
      rig.publish("free");
      rig.settled();

      assertThat(done).containsOnlyKeys("good", "-");
      assertThat(done.get("good")).containsExactly("n0", "n1", "n2");
      assertThat(member.health().inFlight()).isEqualTo(3);
      rig.advance(Duration.ofSeconds(10));
      assertThat(rig.dead()).hasSize(1);
      assertThat(done.get("bad")).containsExactly("n1", "n2");
    }
  }

  @Test
  void aSingleGroupHandlesOneAfterTheOther() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      rig.join(
          ordered(Order.SINGLE).concurrency(8).retry(SHORT),
          d -> {
            if (!atWork.add("any")) {
              meetings.add(d.message().type());
            }
            atWork.remove("any");
            if (d.message().type().equals("B") && d.attempt() < 3) {
              throw new IllegalStateException("no luck");
            }
            done.computeIfAbsent("any", k -> new CopyOnWriteArrayList<>()).add(d.message().type());
          });
      rig.publish("A", "B");
      rig.keyed("k", 0, 20);
      rig.settled();
      assertThat(done.get("any")).containsExactly("A");
      rig.advance(Duration.ofSeconds(10));

      assertThat(done.get("any")).hasSize(22).startsWith("A", "B", "n0", "n1");
      assertThat(meetings).isEmpty();
    }
  }

  @Test
  void aReleaseTakesTheTailOfItsKeyAlong() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      List<String> seen = new CopyOnWriteArrayList<>();
      rig.join(
          ordered(Order.KEY),
          d -> {
            seen.add(d.message().type());
            if (d.message().type().equals("n1") && seen.indexOf("n1") == seen.size() - 1) {
              d.release();
            }
          });
      rig.keyed("k", 0, 6);
      rig.settled();

      assertThat(seen).containsExactly("n0", "n1", "n1", "n2", "n3", "n4", "n5");
    }
  }

  @Test
  void theNextOfAKeyWaitsForTheHandlerEvenAfterItsAcknowledgement() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      rig.join(
          ordered(Order.KEY).concurrency(4),
          d -> {
            d.ack();
            alone(d, () -> {});
          });
      rig.keyed("k", 0, 200);
      rig.settled();

      assertThat(done.get("k")).hasSize(200);
      assertThat(meetings).isEmpty();
    }
  }

  @Test
  void aManualDeliveryHoldsItsKeyUntilItIsSettled() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      List<Delivery> seen = new CopyOnWriteArrayList<>();
      rig.join(ordered(Order.KEY).manual(), seen::add);
      rig.keyed("k", 0, 2);
      rig.settled();
      assertThat(seen).hasSize(1);
      assertThat(seen.get(0).ack()).isTrue();
      rig.settled();

      assertThat(seen).extracting(d -> d.message().type()).containsExactly("n0", "n1");
    }
  }

  @Test
  void aScheduleThatCannotBeHeldIsRefused() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual(Duration.ofMinutes(10))) {
      Subscription tooLong = ordered(Order.KEY).retry(RetrySchedule.delayed(Duration.ofMinutes(6)));

      assertThatThrownBy(() -> rig.join(tooLong, d -> {}))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("group g")
          .hasMessageContaining("PT6M");
      rig.join(
          ordered(Order.KEY)
              .timeout(Duration.ofMinutes(1))
              .retry(RetrySchedule.delayed(Duration.ofMinutes(3))),
          d -> {});
    }
  }

  @Test
  void theDefaultScheduleIsCutToWhatTheBrokerLetsBeHeld() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual(Duration.ofMinutes(30))) {
      List<Duration> attempts = new CopyOnWriteArrayList<>();
      rig.join(
          ordered(Order.KEY).retry(RetrySchedule.DEFAULT),
          d -> {
            if (d.message().type().equals("n0")) {
              attempts.add(Duration.between(ConsumeRig.START, rig.timeline.instant()));
              throw new IllegalStateException("no luck");
            }
            alone(d, () -> {});
          });
      rig.keyed("k", 0, 3);
      rig.advance(Duration.ofMinutes(13));

      assertThat(attempts)
          .hasSize(8)
          .endsWith(
              Duration.ofMillis(10_600),
              Duration.ofMillis(40_600),
              Duration.ofMillis(160_600),
              Duration.ofMillis(760_600));
      assertThat(rig.dead()).hasSize(1);
      assertThat(done.get("k")).containsExactly("n1", "n2");
    }
  }

  private static Subscription ordered(Order order) {
    return ConsumeRig.group("g").order(order);
  }

  private void alone(Delivery d, Runnable work) {
    String key = d.message().key() == null ? "-" : d.message().key();
    if (!atWork.add(key) && !key.equals("-")) {
      meetings.add(key);
    }
    try {
      LockSupport.parkNanos(50_000);
      work.run();
      done.computeIfAbsent(key, k -> new CopyOnWriteArrayList<>()).add(d.message().type());
    } finally {
      atWork.remove(key);
    }
  }
}

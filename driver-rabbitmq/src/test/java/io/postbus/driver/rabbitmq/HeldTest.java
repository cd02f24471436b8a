package io.postbus.driver.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.postbus.spi.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Against a plain model: sets of numbers that wait, that are out, and that are left. */
@NullUnmarked // the channel, which nothing here uses
class HeldTest {
  private final Held held = new Held(5);
  private final Subscription subscription =
      new Subscription(
          null, Arriving.NONE, Gathering.NONE, "queue", false, held, Thread.currentThread());
  private long next = 1;

  private Delivery arrive() {
    Delivery d =
        new Delivery(
            subscription, new Envelope(next++, false, "", "k"), new BasicProperties(), new byte[0]);
    boolean unused = held.add(d);
    return d;
  }

  private static List<Long> tags(List<Delivery> some) {
    return some.stream().map(d -> d.tag).toList();
  }

  @Test
  void handsOutTheOldestThatWaitsWithinTheLimit() throws Exception {
    Random random = new Random(3);
    TreeSet<Long> waiting = new TreeSet<>();
    List<Delivery> out = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      switch (random.nextInt(4)) {
        case 0 -> {
          if (waiting.size() < 20) {
            waiting.add(arrive().tag);
          }
        }
        case 1 -> {
          int max = random.nextInt(4);
          List<Long> expected = waiting.stream().limit(Math.min(max, 5 - out.size())).toList();
          List<Delivery> taken = held.take(max, 0);
          assertThat(tags(taken)).isEqualTo(expected);
          waiting.removeAll(expected);
          out.addAll(taken);
        }
        case 2 -> {
          if (!out.isEmpty()) {
            Delivery d = out.remove(random.nextInt(out.size()));
            assertThat(d.settle(Settlement.ACK)).isTrue();
            long lowest = held.settled(List.of(d));
            TreeSet<Long> left = new TreeSet<>(waiting);
            left.addAll(tags(out));
            assertThat(lowest).isEqualTo(left.isEmpty() ? Long.MAX_VALUE : left.first());
          }
        }
        default -> {
          if (!out.isEmpty()) {
            Delivery d = out.remove(random.nextInt(out.size()));
            assertThat(d.settle(Settlement.RELEASE)).isTrue();
            held.release(d);
            waiting.add(d.tag);
          }
        }
      }
    }
  }

  @Test
  void whatNobodyHasPolledCanBeGivenBack() throws Exception {
    for (int i = 0; i < 10; i++) {
      arrive();
    }
    List<Delivery> out = held.take(3, 0);
    out.get(1).settle(Settlement.RELEASE);
    held.release(out.get(1));
    assertThat(tags(held.giveBack())).containsExactly(2L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(held.take(10, 0)).isEmpty();
    assertThat(tags(held.clear())).as("still out").containsExactly(1L, 3L);
  }

  @Test
  void whoKeepsASettledDeliveryKeepsNoOther() throws Exception {
    for (int i = 0; i < 3; i++) {
      arrive();
    }
    List<Delivery> out = held.take(3, 0);
    out.get(1).settle(Settlement.ACK);
    held.settled(List.of(out.get(1)));
    out.get(2).settle(Settlement.RELEASE);
    held.release(out.get(2));
    for (Delivery kept : out.subList(1, 3)) {
      assertThat(kept.before).isNull();
      assertThat(kept.after).isNull();
    }
    assertThat(tags(held.take(3, 0))).containsExactly(3L);
  }

  @Test
  void afterALossNothingOfItIsTakenIn() {
    Delivery d = arrive();
    subscription.lose("test");
    assertThat(held.clear()).isEmpty();
    assertThat(held.add(d)).isFalse();
  }
}

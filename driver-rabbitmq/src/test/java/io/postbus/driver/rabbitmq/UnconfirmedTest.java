package io.postbus.driver.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.postbus.spi.PublishException;
import io.postbus.spi.support.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked // the lane, which nothing here uses
class UnconfirmedTest {
  private final Unconfirmed unconfirmed = new Unconfirmed(8);

  private static Outgoing outgoing(int n) {
    return new Outgoing(
        "x", "" + n, true, new BasicProperties(), new byte[0], null, 0, new Window(1));
  }

  private void add(int n) {
    Outgoing o = outgoing(n);
    o.write();
    unconfirmed.add(o);
  }

  private static List<String> keys(List<Outgoing> some) {
    return some.stream().map(o -> o.routingKey).toList();
  }

  @Test
  void oneAnswerMayBeForManyOrForOne() {
    for (int n = 1; n <= 6; n++) {
      add(n);
    }
    assertThat(keys(unconfirmed.answered(4, false))).containsExactly("4");
    assertThat(keys(unconfirmed.answered(5, true))).containsExactly("1", "2", "3", "5");
    assertThat(unconfirmed.answered(5, true)).isEmpty();
    assertThat(keys(unconfirmed.answered(6, false))).containsExactly("6");
    assertThat(unconfirmed.isEmpty()).isTrue();
  }

  /** Whatever the order of answers, each message is answered once: against a plain sorted map. */
  @Test
  void eachIsAnsweredOnceHoweverFarTheOldestLiesBehind() {
    Random random = new Random(7);
    TreeMap<Long, String> expected = new TreeMap<>();
    long next = 1;
    for (int step = 0; step < 20_000; step++) {
      if (expected.size() < 8 && random.nextBoolean()) {
        add((int) next);
        expected.put(next, "" + next);
        next++;
      } else if (!expected.isEmpty()) {
        // Rarely the oldest, so that it falls out of the ring.
        List<Long> open = new ArrayList<>(expected.keySet());
        int from = open.size() > 1 && random.nextInt(50) > 0 ? 1 : 0;
        long number = open.get(from + random.nextInt(open.size() - from));
        boolean multiple = random.nextInt(100) == 0;
        var answered = expected.subMap(multiple ? 0 : number, true, number, true);
        assertThat(keys(unconfirmed.answered(number, multiple)))
            .containsExactlyElementsOf(answered.values());
        answered.clear();
      }
      assertThat(unconfirmed.isEmpty()).isEqualTo(expected.isEmpty());
    }
  }

  @Test
  void afterALossAllComesAgainInOrderBeforeTheRest() {
    for (int n = 1; n <= 40; n++) {
      add(n);
      if (n > 2) {
        unconfirmed.answered(n, false);
      }
    }
    add(41);
    Outgoing late = outgoing(42);
    unconfirmed.add(late);
    late.failed(PublishException.unknown("too late", null));
    unconfirmed.restart();
    assertThat(again(2)).containsExactly("1", "2");
    unconfirmed.restart();
    assertThat(again(3)).containsExactly("1", "2", "41");
    assertThat(unconfirmed.nextAgain()).isNull();
    assertThat(keys(unconfirmed.answered(3, true)))
        .as("numbered anew")
        .containsExactly("1", "2", "41");
  }

  private List<String> again(int count) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Outgoing o = unconfirmed.nextAgain();
      keys.add(o.routingKey);
      unconfirmed.writtenAgain();
    }
    return keys;
  }

  @Test
  void whatWasNotWrittenAfterAllLeavesNoGap() {
    add(1);
    add(2);
    unconfirmed.takeBack();
    add(3);
    assertThat(keys(unconfirmed.answered(2, false))).containsExactly("3");
    assertThat(keys(unconfirmed.answered(1, false))).containsExactly("1");
  }
}

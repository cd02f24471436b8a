package io.postbus.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeLeftTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private long now = -5;

  @Test
  void dividesByWeight() {
    TimeLeft left = left(10, 5);
    assertThat(left.next(2)).isEqualTo(SECOND.multipliedBy(4));
    now += SECOND.toNanos() * 4;
    assertThat(left.next(3)).isEqualTo(SECOND.multipliedBy(6));
  }

  @Test
  void whatOneLeavesTheOthersHave() {
    TimeLeft left = left(10, 5);
    assertThat(left.next(1)).isEqualTo(SECOND.multipliedBy(2));
    assertThat(left.next(1)).isEqualTo(Duration.ofMillis(2_500));
  }

  @Test
  void whatOneTakesTooMuchTheOthersMiss() {
    TimeLeft left = left(10, 5);
    left.next(1);
    now += SECOND.toNanos() * 8;
    assertThat(left.next(2)).isEqualTo(SECOND);
    now += SECOND.toNanos() * 8;
    assertThat(left.next(2)).isZero();
    assertThat(left.all()).isZero();
  }

  private TimeLeft left(int seconds, double weights) {
    return new TimeLeft(SECOND.multipliedBy(seconds), weights, () -> now);
  }
}

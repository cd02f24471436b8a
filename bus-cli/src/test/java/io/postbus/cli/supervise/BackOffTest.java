package io.postbus.cli.supervise;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackOffTest {
  @Test
  void growsWhileDeathsFollowSoon() {
    BackOff backOff = new BackOff(ofSeconds(1));
    assertThat(backOff.after(ofSeconds(5))).isEqualTo(ofSeconds(1));
    assertThat(backOff.after(ofSeconds(5))).isEqualTo(ofSeconds(2));
    assertThat(backOff.after(ofSeconds(59))).isEqualTo(ofSeconds(4));
  }

  @Test
  void beginsAnewAfterAHealthyWhile() {
    BackOff backOff = new BackOff(ofMinutes(2));
    assertThat(backOff.after(ofSeconds(1))).isEqualTo(ofMinutes(2));
    assertThat(backOff.after(ofMinutes(3))).isEqualTo(ofMinutes(4));
    assertThat(backOff.after(ofMinutes(4))).isEqualTo(ofMinutes(2));
  }

  @Test
  void endsGrowingAtHalfAnHourOrAtTheDelay() {
    assertThat(afterMany(ofSeconds(1))).isEqualTo(ofMinutes(30));
    assertThat(afterMany(ofHours(2))).isEqualTo(ofHours(2));
  }

  private static Duration afterMany(Duration first) {
    BackOff backOff = new BackOff(first);
    Duration wait = Duration.ZERO;
    for (int i = 0; i < 100; i++) {
      wait = backOff.after(Duration.ZERO);
    }
    return wait;
  }
}

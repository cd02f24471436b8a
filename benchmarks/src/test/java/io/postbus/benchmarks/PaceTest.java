package io.postbus.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final Duration ALLOWED = Duration.ofSeconds(1);

  private final Pace pace = new Pace(1_000);

  @Test
  void keepsTheWantedNumberWhereThereIsTime() {
    pace.took(Duration.ofMillis(100), ALLOWED);
    assertThat(pace.messages()).isEqualTo(1_000);
  }

  @Test
  void doesLessWhereARoundTakesTooLongAndMoreAgainAfterwards() {
    pace.took(Duration.ofSeconds(4), ALLOWED);
    assertThat(pace.messages()).isEqualTo(250);
    pace.took(Duration.ofMillis(500), ALLOWED);
    assertThat(pace.messages()).isEqualTo(500);
  }

  @Test
  void neverDoesNothing() {
    pace.took(Duration.ofHours(1), Duration.ZERO);
    assertThat(pace.messages()).isEqualTo(50);
    Pace small = new Pace(3);
    small.took(Duration.ofHours(1), Duration.ZERO);
    assertThat(small.messages()).isEqualTo(1);
  }

  @Test
  void warmsUpWithHalfOrWithWhatThereIsTimeFor() {
    pace.warmUp(ALLOWED, ALLOWED);
    assertThat(pace.messages()).isEqualTo(500);
    pace.warmUp(ALLOWED.multipliedBy(10), ALLOWED);
    assertThat(pace.messages()).isEqualTo(100);
    pace.warmUp(ALLOWED, Duration.ZERO);
    assertThat(pace.messages()).isEqualTo(50);
  }
}

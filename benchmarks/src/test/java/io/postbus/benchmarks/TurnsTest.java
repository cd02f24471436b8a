package io.postbus.benchmarks;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void endsATurnThatHangs() throws InterruptedException {
    CountDownLatch interrupted = new CountDownLatch(1);
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> Turns.within(Duration.ofMillis(50), () -> hang(interrupted)));
    Assertions.assertThat(interrupted.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  private static void hang(CountDownLatch interrupted) throws InterruptedException {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      interrupted.countDown();
      throw e;
    }
  }

  @Test
  void failsAsTheTurnDoes() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Turns.within(LONG, () -> fail(new IllegalStateException("lost"))))
        .withMessage("lost");
  }

  @Test
  void anErrorIsAFailureOfTheTurnOnly() {
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> Turns.within(LONG, () -> fail(new NoClassDefFoundError("x"))))
        .withCauseInstanceOf(NoClassDefFoundError.class);
  }

  private static void fail(Throwable with) throws Exception {
    if (with instanceof Error error) {
      throw error;
    }
    throw (Exception) with;
  }
}

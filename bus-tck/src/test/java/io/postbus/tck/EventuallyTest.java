package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventuallyTest {
  private static final Eventually SOON = Eventually.within(Duration.ofMillis(50));
  private static final Eventually LATER = Eventually.within(Duration.ofSeconds(30));

  @Test
  void returnsOnceTheConditionIsTrue() {
    AtomicInteger asked = new AtomicInteger();
    LATER.until("asked thrice", () -> asked.incrementAndGet() == 3);
    assertThat(asked).hasValue(3);
  }

  @Test
  void asksOnceWhereThereIsNoTime() {
    Eventually.within(Duration.ZERO).until("it is true", () -> true);
  }

  @Test
  void takesAFailureForNotYet() {
    AtomicInteger asked = new AtomicInteger();
    LATER.asserts("asked thrice", () -> assertThat(asked.incrementAndGet()).isEqualTo(3));
    assertThat(asked).hasValue(3);
  }

  @Test
  void saysWhatWasMissingAndWhatFailedLast() {
    IllegalStateException last = new IllegalStateException("not there");
    assertThatThrownBy(
            () ->
                SOON.until(
                    "the queue is empty",
                    () -> {
                      throw last;
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the queue is empty")
        .hasCause(last);
  }

  @Test
  void anInterruptEndsTheWaitAndStays() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> LATER.until("never", () -> false)).hasMessageContaining("never");
    assertThat(Thread.interrupted()).isTrue();
  }
}

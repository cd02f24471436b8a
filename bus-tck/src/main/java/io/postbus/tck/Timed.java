package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.Supplier;

/** How long calls take. */
final class Timed {
  private Timed() {}

  static void within(Duration limit, Runnable call) {
    within(
        limit,
        () -> {
          call.run();
          return limit;
        });
  }

  static <T> T within(Duration limit, Supplier<T> call) {
    long start = System.nanoTime();
    T result = call.get();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).as("the call").isLessThan(limit);
    return result;
  }
}

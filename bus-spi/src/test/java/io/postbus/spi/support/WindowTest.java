package io.postbus.spi.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WindowTest {
  private static final int MB = 1 << 20;
  private static final long LONG = TimeUnit.SECONDS.toNanos(20);

  @Test
  void hasSoManyPlaces() throws InterruptedException {
    Window window = new Window(2);
    assertThat(window.enter(10, 0)).isTrue();
    assertThat(window.enter(10, 0)).isTrue();
    assertThat(window.enter(10, 1_000)).isFalse();
    window.leave(10);
    assertThat(window.enter(10, 0)).isTrue();
  }

  @Test
  void largeMessagesTakeNoMoreThanTheirAllowance() throws InterruptedException {
    Window window = new Window(1_000);
    for (int i = 0; i < 64; i++) {
      assertThat(window.enter(MB, 0)).isTrue();
    }
    assertThat(window.enter(MB, 1_000)).isFalse();
    assertThat(window.enter(10, 0)).as("a small one").isTrue();
    window.leave(MB);
    assertThat(window.enter(MB, 0)).isTrue();
  }

  @Test
  void whatFindsNoAllowanceGivesItsPlaceBack() throws InterruptedException {
    Window window = new Window(2);
    assertThat(window.enter(100 * MB, 0)).as("the only one").isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(window.enter(MB, 1_000)).isFalse();
    }
    assertThat(window.enter(10, 0)).isTrue();
  }

  @Test
  void whoWaitsGetsInWhenOneLeavesOrNothingIsSentAnyMore() throws InterruptedException {
    Window window = new Window(2);
    assertThat(window.enter(100 * MB, 0)).isTrue();
    for (Runnable end : new Runnable[] {() -> window.leave(100 * MB), window::close}) {
      AtomicBoolean entered = new AtomicBoolean();
      CountDownLatch over = new CountDownLatch(1);
      Thread thread =
          new Thread(
              () -> {
                try {
                  entered.set(window.enter(100 * MB, LONG));
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                over.countDown();
              });
      thread.start();
      assertThat(over.await(20, TimeUnit.MILLISECONDS)).isFalse();
      end.run();
      assertThat(over.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(entered).isTrue();
    }
  }
}

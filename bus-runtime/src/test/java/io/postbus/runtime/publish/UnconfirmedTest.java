package io.postbus.runtime.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.spi.PublishException;
import io.postbus.spi.PublishException.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UnconfirmedTest {
  private final Unconfirmed unconfirmed = new Unconfirmed(2);

  @Test
  void aCallWithLittleTimeDoesNotWaitLongForRoom() {
    unconfirmed.sent();
    unconfirmed.awaitRoom(Duration.ZERO);
    unconfirmed.sent();

    assertThatThrownBy(() -> unconfirmed.awaitRoom(Duration.ofMillis(20)))
        .isInstanceOfSatisfying(
            PublishException.class,
            e -> {
              assertThat(e.outcome()).isEqualTo(Outcome.REJECTED);
              assertThat(e.retryable()).isTrue();
            });
  }

  @Test
  void aConfirmationMakesRoom() throws Exception {
    unconfirmed.sent();
    unconfirmed.sent();
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(() -> unconfirmed.awaitRoom(Duration.ofSeconds(20)));

    unconfirmed.ended();

    waiting.get(10, TimeUnit.SECONDS);
  }

  @Test
  void anInterruptEndsTheWaitAndStays() {
    unconfirmed.sent();
    unconfirmed.sent();
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> unconfirmed.awaitRoom(Duration.ofSeconds(20)))
        .isInstanceOf(PublishException.class);

    assertThat(Thread.interrupted()).isTrue();
  }
}

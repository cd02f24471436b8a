package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.postbus.spi.BusException;
import io.postbus.spi.PublishException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How sends end. */
final class Sends {
  private Sends() {}

  /** Waits until the broker has confirmed them all. */
  static void confirmed(Collection<CompletionStage<Void>> stages, Duration limit) {
    for (CompletionStage<Void> stage : stages) {
      confirmed(stage, limit);
    }
  }

  /** Waits until the broker has confirmed it. */
  static void confirmed(CompletionStage<Void> stage, Duration limit) {
    end(stage, limit)
        .ifPresent(failure -> fail("A send failed instead of being confirmed", failure));
  }

  /** Waits for the failure, which is of our family; whether it is wrapped is not asked here. */
  static BusException failure(CompletionStage<Void> stage, Duration limit) {
    Throwable failure = rawFailure(stage, limit);
    Throwable cause = failure.getCause();
    Throwable bare = failure instanceof CompletionException && cause != null ? cause : failure;
    assertThat(bare).as("what a send fails with").isInstanceOf(BusException.class);
    return (BusException) bare;
  }

  /** Waits for the failure as a dependent stage sees it. */
  static Throwable rawFailure(CompletionStage<Void> stage, Duration limit) {
    return end(stage, limit).orElseThrow(() -> new AssertionError("A send succeeded, must fail"));
  }

  /** Waits for the failure's outcome. */
  static PublishException.Outcome outcome(CompletionStage<Void> stage, Duration limit) {
    BusException failure = failure(stage, limit);
    assertThat(failure).isInstanceOf(PublishException.class);
    return ((PublishException) failure).outcome();
  }

  /** Waits for its end: empty if it was confirmed. */
  static Optional<Throwable> end(CompletionStage<Void> stage, Duration limit) {
    CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();
    var unused = stage.whenComplete((v, failure) -> end.complete(Optional.ofNullable(failure)));
    try {
      return end.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("A send has not ended within " + limit, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while waiting for a send", e);
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }
}

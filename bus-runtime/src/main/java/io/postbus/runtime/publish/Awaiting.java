package io.postbus.runtime.publish;

import io.postbus.PublishResult;
import io.postbus.message.Message;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.BusException;
import io.postbus.spi.PublishException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for publications to end, in real time, with a limit. */
final class Awaiting {
  private Awaiting() {}

  /**
   * Returns when it is done.
   *
   * @param until by {@link System#nanoTime()}
   */
  static void done(CompletionStage<Void> stage, Message m, long until) {
    try {
      stage.toCompletableFuture().get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw Failures.ours(e);
    } catch (TimeoutException e) {
      throw late(m);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PublishException.unknown("Interrupted while waiting for the confirmation of " + m, e);
    }
  }

  /** The same as data. */
  static PublishResult result(CompletionStage<Void> stage, Message m, long until) {
    try {
      done(stage, m, until);
      return new PublishResult(m, Optional.empty());
    } catch (BusException e) {
      return new PublishResult(m, Optional.of(e));
    }
  }

  /** The stage, or its failure once the limit has passed. */
  static CompletionStage<Void> limited(
      CompletionStage<Void> stage, Message m, Duration limit, Timeline timeline) {
    CompletableFuture<Void> first = stage.thenRun(() -> {}).toCompletableFuture();
    if (!first.isDone()) {
      Timeline.Timer timer = timeline.schedule(limit, () -> first.completeExceptionally(late(m)));
      return first.whenComplete((done, error) -> timer.cancel());
    }
    return first;
  }

  private static PublishException late(Message m) {
    return PublishException.unknown("No confirmation of " + m + " within the limit", null);
  }
}

package io.postbus.runtime.bus;

import io.postbus.message.Message;
import io.postbus.runtime.consume.Waiting;
import io.postbus.runtime.delay.DelayEngine;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.spi.BusException;
import io.postbus.spi.Delayed;
import io.postbus.spi.PublishException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The store as one subscription's failures see it. Thread-safe.
 *
 * @param connection whose deliveries they are, where it is not the default one
 */
record StoreWaiting(DelayEngine engine, boolean trusted, @Nullable String connection)
    implements Waiting {
  /** Beyond the engine's own limit. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Override
  public Instant now() {
    return engine.due(Duration.ZERO);
  }

  @Override
  public void put(List<Delayed> entries) {
    long until = System.nanoTime() + LIMIT.toNanos();
    for (CompletionStage<Void> stage : engine.put(entries.stream().map(this::addressed).toList())) {
      await(stage, until);
    }
  }

  /** Entries find their way back to the connection that they came from. */
  private Delayed addressed(Delayed e) {
    if (connection == null) {
      return e;
    }
    Message m = PostbusHeaders.driver(e.message(), connection);
    return new Delayed(
        e.slot(), e.kind(), e.destination(), m, e.attempt(), e.handle(), e.failure());
  }

  private static void await(CompletionStage<Void> stage, long until) {
    try {
      stage.toCompletableFuture().get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof BusException known
          ? known
          : PublishException.unknown("The store failed", e.getCause());
    } catch (TimeoutException e) {
      throw PublishException.unknown("The store did not answer within " + LIMIT, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PublishException.unknown("Interrupted while waiting for the store", e);
    }
  }
}

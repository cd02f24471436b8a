package io.postbus.driver.memory;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Outbound;
import io.postbus.spi.Producer;
import io.postbus.spi.PublishException;
import io.postbus.spi.PublishException.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What goes wrong in publishing. */
final class BrokenProducers {
  private static final int LARGE = 1_000;
  private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

  private BrokenProducers() {}

  static List<Broken> all() {
    return List.of(
        Broken.producer("drops large messages", DropsLarge::new, "Payload"),
        Broken.producer("sends large batches twice", Repeats::new, "Publish", "Delivery"),
        Broken.producer("sends a batch from its end", Reverses::new, "Batch", "Order"),
        Broken.producer("gives a batch one end", EndsTogether::new, "Batch"),
        Broken.producer("confirms what the broker has not got yet", ConfirmsEarly::new, "Publish"),
        Broken.producer("has no window", Unbounded::new, "Publish", "Leak"),
        Broken.producer(
            "confirms what no group takes", SwallowsUnroutable::new, "Routing", "Batch"),
        Broken.producer("wraps its errors", Wraps::new, "Errors"),
        Broken.producer("may be closed once only", ClosesOnce::new, "Lifecycle"));
  }

  /** Ends as the other does, but with another failure, or with none for null. */
  private static CompletionStage<Void> ended(
      CompletionStage<Void> good, Function<Throwable, @Nullable Throwable> other) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    var unused =
        good.whenComplete(
            (v, failure) -> {
              Throwable instead = failure == null ? null : other.apply(failure);
              if (instead == null) {
                end.complete(null);
              } else {
                end.completeExceptionally(instead);
              }
            });
    return end;
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  private static final class DropsLarge extends ForwardingProducer {
    DropsLarge(Producer good) {
      super(good);
    }

    @Override
    public CompletionStage<Void> send(Destination to, Message message) {
      return message.payload().length > 500_000 ? DONE : good.send(to, message);
    }
  }

  private static final class Repeats extends ForwardingProducer {
    Repeats(Producer good) {
      super(good);
    }

    @Override
    public List<CompletionStage<Void>> send(List<Outbound> batch) {
      if (batch.size() >= LARGE) {
        var unused = good.send(batch);
      }
      return good.send(batch);
    }
  }

  private static final class Reverses extends ForwardingProducer {
    Reverses(Producer good) {
      super(good);
    }

    @Override
    public List<CompletionStage<Void>> send(List<Outbound> batch) {
      List<CompletionStage<Void>> ends = new ArrayList<>();
      for (int i = batch.size() - 1; i >= 0; i--) {
        ends.add(0, good.send(batch.get(i).to(), batch.get(i).message()));
      }
      return ends;
    }
  }

  private static final class EndsTogether extends ForwardingProducer {
    EndsTogether(Producer good) {
      super(good);
    }

    @Override
    public List<CompletionStage<Void>> send(List<Outbound> batch) {
      CompletionStage<Void> end =
          ended(
              CompletableFuture.allOf(
                  good.send(batch).stream()
                      .map(CompletionStage::toCompletableFuture)
                      .toArray(CompletableFuture<?>[]::new)),
              BrokenProducers::unwrapped);
      return batch.stream().map(o -> end).toList();
    }
  }

  /** Ends a large batch at once, and sends it a moment later. */
  private static final class ConfirmsEarly extends ForwardingProducer {
    ConfirmsEarly(Producer good) {
      super(good);
    }

    @Override
    public List<CompletionStage<Void>> send(List<Outbound> batch) {
      if (batch.size() < LARGE) {
        return good.send(batch);
      }
      CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(() -> good.send(batch));
      return batch.stream().map(o -> DONE).toList();
    }
  }

  /** Sends on a thread of its own, so that nobody ever waits. */
  private static final class Unbounded extends ForwardingProducer {
    private final ExecutorService sender =
        new ThreadPoolExecutor(0, 1, 20, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>());

    Unbounded(Producer good) {
      super(good);
    }

    @Override
    public CompletionStage<Void> send(Destination to, Message message) {
      return ended(
          CompletableFuture.supplyAsync(() -> good.send(to, message), sender)
              .thenCompose(end -> end),
          BrokenProducers::unwrapped);
    }
  }

  private static final class SwallowsUnroutable extends ForwardingProducer {
    SwallowsUnroutable(Producer good) {
      super(good);
    }

    @Override
    public CompletionStage<Void> send(Destination to, Message message) {
      return ended(
          good.send(to, message),
          failure ->
              failure instanceof PublishException e && e.outcome() == Outcome.UNROUTABLE
                  ? null
                  : failure);
    }
  }

  private static final class Wraps extends ForwardingProducer {
    Wraps(Producer good) {
      super(good);
    }

    @Override
    public CompletionStage<Void> send(Destination to, Message message) {
      return ended(good.send(to, message), CompletionException::new);
    }
  }

  private static final class ClosesOnce extends ForwardingProducer {
    private boolean closed;

    ClosesOnce(Producer good) {
      super(good);
    }

    @Override
    public void close() {
      if (closed) {
        throw new IllegalStateException("Closed already");
      }
      closed = true;
      good.close();
    }
  }
}

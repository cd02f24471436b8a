package io.postbus.benchmarks;

import io.smallrye.reactive.messaging.rabbitmq.OutgoingRabbitMQMetadata;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.jspecify.annotations.Nullable;

/**
 * What feeds an outgoing channel of SmallRye: as many messages as the channel asks for, the sender
 * waiting for room, which is less than its {@code Emitter} costs. One thread sends.
 */
final class SmallRyeChannel implements Flow.Subscription {
  private static final long LIMIT_SECONDS = 60;

  private final Semaphore demand = new Semaphore(0);
  private final Semaphore unconfirmed;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final CompletableFuture<Flow.Subscriber<Message<?>>> subscriber =
      new CompletableFuture<>();
  private final int window;
  private final Metadata metadata;

  SmallRyeChannel(int window, boolean rapid) {
    this.window = window;
    this.unconfirmed = new Semaphore(window);
    this.metadata =
        Metadata.of(
            OutgoingRabbitMQMetadata.builder()
                .withRoutingKey("E")
                .withDeliveryMode(rapid ? 1 : 2)
                .build());
  }

  @SuppressWarnings("unchecked") // Its signature does not say that it takes messages of any type.
  void subscribe(Flow.Subscriber<? extends Message<?>> to) {
    Flow.Subscriber<Message<?>> all = (Flow.Subscriber<Message<?>>) to;
    subscriber.complete(all);
    all.onSubscribe(this);
  }

  void send(byte[] body) throws Exception {
    acquire(demand, 1);
    acquire(unconfirmed, 1);
    subscriber.join().onNext(Message.of(body, metadata, this::confirmed, this::failed));
  }

  private CompletionStage<Void> confirmed() {
    unconfirmed.release();
    return CompletableFuture.completedFuture(null);
  }

  private CompletionStage<Void> failed(Throwable why) {
    failure.compareAndSet(null, why);
    return confirmed();
  }

  /** Waits until all is confirmed; of rapid messages, until all is written. */
  void finish() throws Exception {
    acquire(unconfirmed, window);
    unconfirmed.release(window);
    Throwable found = failure.get();
    if (found != null) {
      throw new IllegalStateException("a publication failed", found);
    }
  }

  private static void acquire(Semaphore of, int permits) throws Exception {
    if (!of.tryAcquire(permits, LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new TimeoutException("not confirmed");
    }
  }

  @Override
  public void request(long n) {
    demand.release((int) Math.min(n, Integer.MAX_VALUE - demand.availablePermits()));
  }

  @Override
  public void cancel() {
    failure.compareAndSet(null, new IllegalStateException("the channel has ended"));
  }

  void complete() {
    subscriber.join().onComplete();
  }
}

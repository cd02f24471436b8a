package io.postbus.cli.demo;

import io.postbus.Delivery;
import io.postbus.Handler;
import io.postbus.Interceptor;
import io.postbus.message.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes down what is published and how each attempt at handling it ends, from between the bus and
 * the modules. Thread-safe.
 */
final class Ledger implements Interceptor {
  /**
   * The end of an attempt.
   *
   * @param error what it threw; null if it did not
   */
  record Attempt(Message message, String group, int number, @Nullable Exception error) {}

  /** Hears of everything as it happens, on the threads of publishers and handlers. */
  interface Listener {
    void published(Message message);

    void began(Message message, String group);

    void ended(Attempt attempt);
  }

  private static final Duration LOOK = Duration.ofMillis(50);

  private final Listener listener;
  private final Map<String, Message> published = new ConcurrentHashMap<>();
  private final List<Attempt> attempts = new ArrayList<>();

  Ledger(Listener listener) {
    this.listener = listener;
  }

  @Override
  public CompletionStage<Void> publish(
      Message message, Function<Message, CompletionStage<Void>> next) {
    // Before it is sent: its handler may be faster than the confirmation.
    published.put(message.id(), message);
    listener.published(message);
    return next.apply(message)
        .whenComplete(
            (nothing, error) -> {
              if (error != null) {
                published.remove(message.id());
              }
            });
  }

  @Override
  public void handle(Delivery delivery, Handler next) throws Exception {
    listener.began(delivery.message(), delivery.group());
    try {
      next.handle(delivery);
    } catch (Exception e) {
      ended(delivery, e);
      throw e;
    }
    ended(delivery, null);
  }

  /** A message that was taken back before it was sent: nobody is to get it. */
  void cancelled(String id) {
    published.remove(id);
  }

  List<Message> published() {
    return List.copyOf(published.values());
  }

  synchronized List<Attempt> attempts() {
    return List.copyOf(attempts);
  }

  /** Waits until it is so, asking after each attempt, and returns whether it is. */
  synchronized boolean await(BooleanSupplier condition, Duration limit)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, LOOK.toNanos()));
    }
    return true;
  }

  private void ended(Delivery delivery, @Nullable Exception error) {
    Attempt attempt = new Attempt(delivery.message(), delivery.group(), delivery.attempt(), error);
    synchronized (this) {
      attempts.add(attempt);
      notifyAll();
    }
    listener.ended(attempt);
  }
}

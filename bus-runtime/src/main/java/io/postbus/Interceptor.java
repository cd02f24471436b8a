package io.postbus;

import io.postbus.message.Message;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Stands around publishing and handling. Thread-safe. Each method goes on by calling {@code next}.
 */
public interface Interceptor {
  /** Around every publication, before the message is encoded; on the publisher's thread. */
  default CompletionStage<Void> publish(
      Message message, Function<Message, CompletionStage<Void>> next) {
    return next.apply(message);
  }

  /**
   * Around every attempt of a {@link Handler}; on its thread. What it throws is a failed attempt.
   * Batches and what is pulled go without.
   */
  default void handle(Delivery delivery, Handler next) throws Exception {
    next.handle(delivery);
  }
}

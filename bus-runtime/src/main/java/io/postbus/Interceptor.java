package io.postbus;

import io.postbus.message.Message;
import java.util.List;
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
   * What is pulled goes without: its caller is the handler.
   */
  default void handle(Delivery delivery, Handler next) throws Exception {
    next.handle(delivery);
  }

  /**
   * Around every call of a {@link BatchHandler}; on its thread. What it throws fails the batch as
   * if the handler had thrown it. Goes straight on by default.
   */
  default void handleBatch(List<Delivery> batch, BatchHandler next) throws Exception {
    next.handle(batch);
  }
}

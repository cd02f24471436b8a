package io.postbus.runtime.publish;

import io.postbus.PublishOptions;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import java.util.concurrent.CompletionStage;

/** Takes what is to be sent later. Thread-safe. */
@FunctionalInterface
public interface Later {
  /**
   * Keeps the message until its delay is over or its time has come. One with a transaction is
   * written in that before this returns, and durable once that commits.
   *
   * @return completes when it is durable; fails with a {@link io.postbus.spi.BusException}
   * @throws io.postbus.spi.BusException if it could not be written in its transaction
   */
  CompletionStage<Void> put(Destination to, Message message, PublishOptions options);
}

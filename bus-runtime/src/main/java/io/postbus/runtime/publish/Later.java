package io.postbus.runtime.publish;

import io.postbus.PublishOptions;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import java.util.concurrent.CompletionStage;

/** Takes what is to be sent later. Thread-safe. */
@FunctionalInterface
public interface Later {
  /**
   * Keeps the message until its delay is over or its time has come.
   *
   * @return completes when it is durable; fails with a {@link io.postbus.spi.BusException}
   */
  CompletionStage<Void> put(Destination to, Message message, PublishOptions options);
}

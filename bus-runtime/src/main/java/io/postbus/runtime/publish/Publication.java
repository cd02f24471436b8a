package io.postbus.runtime.publish;

import io.postbus.message.Message;
import io.postbus.spi.ProducerSpec.Confirm;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way: told by the driver how that ended, it completes what the publisher has got.
 * One object for both, for there are as many as there are messages. Thread-safe.
 */
final class Publication extends CompletableFuture<Void> implements Consumer<@Nullable Throwable> {
  private final Sender sender;
  private final Message message;
  private final @Nullable Route route;
  private final Confirm confirm;

  /**
   * @param route of a message to a topic
   */
  Publication(Sender sender, Message message, @Nullable Route route, Confirm confirm) {
    this.sender = sender;
    this.message = message;
    this.route = route;
    this.confirm = confirm;
  }

  @Override
  public void accept(@Nullable Throwable error) {
    Throwable failure;
    try {
      failure = sender.ended(message, route, confirm, error);
    } catch (RuntimeException e) {
      failure = e;
    }
    if (failure == null) {
      complete(null);
    } else {
      completeExceptionally(failure);
    }
  }
}

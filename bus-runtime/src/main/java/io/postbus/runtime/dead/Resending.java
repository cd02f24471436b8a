package io.postbus.runtime.dead;

import io.postbus.message.Message;
import io.postbus.spi.Delayed;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Sends dead letters again. Thread-safe. */
public interface Resending {
  /**
   * Sends a message to one group, as it is.
   *
   * @param connection by its name in the configuration, or null for the default one
   * @return completes when the broker has confirmed it
   */
  CompletionStage<Void> send(@Nullable String connection, String group, Message message);

  /**
   * Has a dead letter that was never sent wait again as this entry, which is due.
   *
   * @return whether it was still there
   */
  CompletionStage<Boolean> fire(Delayed dead, Delayed again);
}

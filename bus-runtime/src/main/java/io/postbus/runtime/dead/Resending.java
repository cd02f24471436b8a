package io.postbus.runtime.dead;

import io.postbus.message.Message;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Sends a message to one group again. Thread-safe. */
@FunctionalInterface
public interface Resending {
  /**
   * Sends it as it is.
   *
   * @param connection by its name in the configuration, or null for the default one
   * @return completes when the broker has confirmed it
   */
  CompletionStage<Void> send(@Nullable String connection, String group, Message message);
}

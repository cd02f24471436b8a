package io.postbus.runtime.bus;

import io.postbus.message.Message;
import io.postbus.runtime.dead.Resending;
import io.postbus.runtime.delay.DelayEngine;
import io.postbus.runtime.publish.Forwarding;
import io.postbus.spi.Delayed;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Dead letters go to their groups, or to the delay engine if they never got that far. */
record Resender(Forwarding forwarding, DelayEngine engine) implements Resending {
  @Override
  public CompletionStage<Void> send(@Nullable String connection, String group, Message message) {
    return forwarding.toGroup(connection, group, message);
  }

  @Override
  public CompletionStage<Boolean> fire(Delayed dead, Delayed again) {
    return engine.move(dead, List.of(again));
  }
}

package io.postbus.runtime.bus;

import io.postbus.PublishOptions;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.runtime.delay.DelayEngine;
import io.postbus.runtime.publish.Later;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Slot;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Delayed messages go to the delay engine, those of a transaction to an outbox. Thread-safe. */
record LaterInStore(DelayEngine engine, Outboxes outboxes) implements Later {
  @Override
  public CompletionStage<Void> put(Destination to, Message m, PublishOptions o) {
    Connection transaction = o.transaction();
    if (transaction != null) {
      outboxes.get(o.outbox()).put(transaction, to, m, o);
      return CompletableFuture.completedStage(null);
    }
    Instant due = due(o);
    Slot slot = Slot.of(due, 0, m.id(), to, 1);
    return engine.put(new Delayed(slot, Kind.DELAY, to, m, 1, o.handle(), null));
  }

  private Instant due(PublishOptions o) {
    Duration delay = o.delay();
    Instant at = o.at();
    return at != null ? engine.due(at) : engine.due(delay == null ? Duration.ZERO : delay);
  }
}

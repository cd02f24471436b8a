package io.postbus.runtime.bus;

import io.postbus.message.Message;
import io.postbus.runtime.delay.Departure;
import io.postbus.runtime.delay.Departure.End;
import io.postbus.runtime.delay.Outlet;
import io.postbus.runtime.guarantee.GuaranteeEvents;
import io.postbus.runtime.publish.Forwarding;
import io.postbus.runtime.publish.Ticket;
import io.postbus.spi.Delayed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/**
 * What an outbox beside the bus's own store fires goes to the brokers; what is guaranteed goes to
 * the bus's own store, where its groups acknowledge it. Thread-safe.
 *
 * @param guaranteeing completes when the own store has it
 */
record OutboxOutlet(
    Forwarding forwarding,
    BiFunction<Delayed, Duration, CompletionStage<Void>> guaranteeing,
    InstantSource clock,
    GuaranteeEvents events)
    implements Outlet {
  @Override
  public CompletionStage<Void> publish(Delayed entry) {
    Duration within = Ticket.ackWithin(entry.message());
    return within == null ? forwarding.send(entry) : guaranteeing.apply(entry, within);
  }

  @Override
  public Departure depart(Delayed entry, Instant until) {
    Message m = entry.message();
    if (m.expiry() != null && !clock.instant().isBefore(m.expiry())) {
      events.expired(entry);
      return new Departure(List.of(), End.REMOVE);
    }
    return Departure.keptUntilConfirmed(entry, until);
  }

  @Override
  public boolean ready() {
    return forwarding.ready();
  }
}

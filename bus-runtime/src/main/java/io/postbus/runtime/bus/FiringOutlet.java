package io.postbus.runtime.bus;

import io.postbus.runtime.delay.Departure;
import io.postbus.runtime.delay.Outlet;
import io.postbus.runtime.guarantee.AckListener;
import io.postbus.runtime.guarantee.Departures;
import io.postbus.runtime.guarantee.StoreIdentity;
import io.postbus.runtime.publish.Forwarding;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.runtime.publish.Ticket;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.PublishException;
import io.postbus.spi.PublishException.Outcome;
import io.postbus.spi.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** What the delay engine fires goes to the brokers. Thread-safe. */
record FiringOutlet(
    Forwarding forwarding,
    Departures departures,
    StoreIdentity identity,
    AckListener listener,
    int shards)
    implements Outlet {
  @Override
  public CompletionStage<Void> publish(Delayed entry) {
    if (entry.kind() != Kind.GUARANTEED) {
      return forwarding.send(entry);
    }
    listener.listen(PostbusHeaders.driver(entry.message()));
    return forwarding
        .send(entry, ticket(entry))
        .exceptionallyCompose(e -> CompletableFuture.failedStage(awaited(entry, e)));
  }

  @Override
  public Departure depart(Delayed entry, Instant until) {
    return departures.depart(entry, until);
  }

  @Override
  public boolean ready() {
    return forwarding.ready();
  }

  /**
   * A group that is registered but not on the broker has not come back since that lost it. What is
   * guaranteed waits for it, however long.
   */
  private static Throwable awaited(Delayed entry, Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    boolean absent = cause instanceof PublishException e && e.outcome() == Outcome.UNROUTABLE;
    return absent
        ? new ConnectionException(
            "The group %s is registered, but the broker does not have it: its members declare it again"
                .formatted(entry.destination().name()),
            cause)
        : thrown;
  }

  private Ticket ticket(Delayed e) {
    Duration within = Ticket.ackWithin(e.message());
    return new Ticket(
        identity.value(),
        Slot.shard(e.message(), shards),
        e.slot().due(),
        e.slot().order(),
        e.attempt(),
        within == null ? Duration.ofMinutes(1) : within);
  }
}

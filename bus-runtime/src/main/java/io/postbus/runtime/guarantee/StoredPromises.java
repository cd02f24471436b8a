package io.postbus.runtime.guarantee;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.runtime.delay.DelayEngine;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.runtime.publish.Promises;
import io.postbus.runtime.publish.Ticket;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Driver;
import io.postbus.spi.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Entries of guaranteed messages in the store of the delay engine. Thread-safe.
 *
 * @param mayKeepFor whether the store survives as much as this driver's broker, or less is accepted
 * @param within how long groups have, by topic
 */
public record StoredPromises(
    DelayEngine engine,
    StoreIdentity identity,
    AckListener listener,
    int shards,
    Predicate<Driver> mayKeepFor,
    Function<String, Duration> within)
    implements Promises {

  @Override
  public void require(Driver driver) {
    if (!mayKeepFor.test(driver)) {
      throw new ConfigurationException(
          "A guaranteed message needs a store that survives what the broker does, and this one does not: configure a durable one under store, or accept less with store.accept-weaker: true",
          null);
    }
  }

  @Override
  public Duration ackWithin(String topic) {
    return within.apply(topic);
  }

  @Override
  public CompletionStage<Ticket> put(Collection<String> groups, Message m, Duration ackWithin) {
    Instant due = engine.due(ackWithin);
    Ticket ticket = new Ticket(identity.value(), Slot.shard(m, shards), due, 0, 1, ackWithin);
    Message kept = Ticket.promised(m, ackWithin);
    List<Delayed> entries = new ArrayList<>(groups.size());
    for (String group : groups) {
      Destination to = Destination.group(group);
      entries.add(
          new Delayed(ticket.slot(m.id(), group), Kind.GUARANTEED, to, kept, 1, null, null));
    }
    listener.listen(PostbusHeaders.driver(m));
    return put(entries).thenApply(done -> ticket);
  }

  /** All or none, unless they are more than a store takes at a time. */
  private CompletionStage<Void> put(List<Delayed> entries) {
    int most = DelayStore.MAX_BATCH;
    CompletionStage<Void> done = engine.put(entries.subList(0, Math.min(most, entries.size())));
    for (int i = most; i < entries.size(); i += most) {
      List<Delayed> more = entries.subList(i, Math.min(i + most, entries.size()));
      done = done.thenCompose(before -> engine.put(more));
    }
    return done;
  }
}

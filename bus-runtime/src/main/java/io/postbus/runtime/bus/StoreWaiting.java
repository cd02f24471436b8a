package io.postbus.runtime.bus;

import io.postbus.message.Message;
import io.postbus.runtime.consume.Waiting;
import io.postbus.runtime.delay.DelayEngine;
import io.postbus.runtime.guarantee.AckSender;
import io.postbus.runtime.guarantee.SlotSearch;
import io.postbus.runtime.guarantee.StoreIdentity;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.runtime.publish.Ticket;
import io.postbus.spi.BusException;
import io.postbus.spi.Delayed;
import io.postbus.spi.PublishException;
import io.postbus.spi.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store as one subscription's failures see it. Thread-safe.
 *
 * @param distant tells other stores of what their entries wait for
 * @param connection whose deliveries they are, where it is not the default one
 */
record StoreWaiting(
    DelayEngine engine,
    StoreIdentity identity,
    AckSender distant,
    boolean trusted,
    @Nullable String connection)
    implements Waiting {
  private static final Logger LOG = LoggerFactory.getLogger(StoreWaiting.class);

  /** Beyond the engine's own limit. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Override
  public Instant now() {
    return engine.due(Duration.ZERO);
  }

  @Override
  public BitSet place(List<Placement> placements) {
    long until = System.nanoTime() + LIMIT.toNanos();
    List<CompletionStage<Boolean>> stages = new ArrayList<>(placements.size());
    placements.forEach(p -> stages.add(placed(p.from(), addressed(p.to()))));
    BitSet done = new BitSet(stages.size());
    for (int i = 0; i < stages.size(); i++) {
      done.set(i, await(stages.get(i), until));
    }
    return done;
  }

  @Override
  public boolean has(Ticket ticket) {
    return ticket.store().equals(identity.value());
  }

  @Override
  public void acknowledged(Message m, Ticket ticket, String group, Runnable late) {
    try {
      if (has(ticket)) {
        removed(m, ticket.slots(m.id(), group, now()))
            .whenComplete((removed, error) -> removed(m, removed, error, late));
      } else {
        distant.acknowledge(connection, ticket, m.id(), group);
      }
    } catch (BusException e) {
      removed(m, null, e, late);
    }
  }

  private static void removed(
      Message m, @Nullable Boolean removed, @Nullable Throwable error, Runnable late) {
    if (error != null) {
      LOG.warn("{} is acknowledged, but will be sent again: {}", m, error.toString());
    } else if (Boolean.FALSE.equals(removed)) {
      late.run();
    }
  }

  private CompletionStage<Boolean> placed(List<Slot> from, Delayed to) {
    return from.isEmpty()
        ? engine.put(to).thenApply(done -> true)
        : SlotSearch.first(from, slot -> engine.move(to.in(slot), List.of(to)));
  }

  private CompletionStage<Boolean> removed(Message m, List<Slot> from) {
    return SlotSearch.first(from, slot -> engine.remove(m, slot));
  }

  /** Entries find their way back to the connection that they came from. */
  private Delayed addressed(Delayed e) {
    if (connection == null) {
      return e;
    }
    Message m = PostbusHeaders.driver(e.message(), connection);
    return new Delayed(
        e.slot(), e.kind(), e.destination(), m, e.attempt(), e.handle(), e.failure());
  }

  private static boolean await(CompletionStage<Boolean> stage, long until) {
    try {
      return stage.toCompletableFuture().get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() instanceof CompletionException c ? c.getCause() : e.getCause();
      throw cause instanceof BusException known
          ? known
          : PublishException.unknown("The store failed", cause);
    } catch (TimeoutException e) {
      throw PublishException.unknown("The store did not answer within " + LIMIT, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PublishException.unknown("Interrupted while waiting for the store", e);
    }
  }
}

package io.postbus.runtime.delay;

import io.postbus.runtime.delay.Departure.End;
import io.postbus.runtime.delay.Departure.Leg;
import io.postbus.spi.Delayed;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Some entries of one shard, fired together: moved in one call, published in order, and each one's
 * end seen to. One thread moves and publishes; the rest happens on the outlet's threads.
 */
final class Burst {
  /** How long what was not the entry's fault waits while other entries get through. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  /**
   * What will be done with an entry.
   *
   * @param broken why that could not be found out
   */
  private record Plan(Delayed entry, Departure departure, @Nullable RuntimeException broken) {
    List<Leg> legs() {
      return departure.legs();
    }

    boolean sends() {
      return legs().stream().anyMatch(leg -> leg.sent() != null);
    }
  }

  private record Failed(Slot kept, Delayed sent, PublishFailure failure) {}

  private final int shard;
  private final Flights flights;
  private final KeyOrder order;
  private final EngineParts parts;
  private final List<Plan> plans;
  private final long begun;
  private final AtomicInteger outstanding = new AtomicInteger(1);
  private final AtomicInteger confirmed = new AtomicInteger();
  private final Queue<Failed> failed = new ConcurrentLinkedQueue<>();

  Burst(int shard, Flights flights, KeyOrder order, EngineParts parts, List<Delayed> entries) {
    this.shard = shard;
    this.flights = flights;
    this.order = order;
    this.parts = parts;
    this.begun = parts.timeline().nanos();
    Instant until = parts.clock().due(parts.settings().inFlight());
    this.plans = new ArrayList<>(entries.size());
    entries.forEach(e -> plans.add(plan(e, until)));
  }

  /** How many publications it takes at most. */
  int legs() {
    int sum = 0;
    for (Plan plan : plans) {
      sum += plan.legs().size();
    }
    return sum;
  }

  /** Moves the entries; one that is gone is somebody else's. Throws what the store throws. */
  BitSet move() {
    if (plans.isEmpty()) {
      return new BitSet();
    }
    List<Move> moves = new ArrayList<>(plans.size());
    for (Plan plan : plans) {
      List<Delayed> kept = plan.legs().stream().map(Leg::kept).toList();
      moves.add(new Move(plan.entry.slot(), kept));
    }
    return parts.store().move(shard, moves);
  }

  /** Publishes what was moved. */
  void publish(BitSet moved) {
    Instant now = parts.clock().reached();
    for (int i = 0; i < plans.size(); i++) {
      Plan plan = plans.get(i);
      if (moved.get(i)) {
        if (plan.sends()) {
          parts.events().fired(plan.entry, Duration.between(plan.entry.slot().due(), now));
        }
        order.goes(plan.entry, plan.departure);
        plan.legs().forEach(leg -> launch(plan, leg));
      } else {
        order.missed(plan.entry);
        flights.landed(plan.legs().size());
      }
    }
    ended();
  }

  private Plan plan(Delayed entry, Instant until) {
    try {
      return new Plan(entry, parts.outlet().depart(entry, until), null);
    } catch (RuntimeException e) {
      return new Plan(entry, Departure.keptUntilConfirmed(entry, until), e);
    }
  }

  private void launch(Plan plan, Leg leg) {
    Delayed sent = leg.sent();
    outstanding.incrementAndGet();
    flights.kept(leg.kept());
    if (sent == null || tooLate()) {
      flights.landed(1);
      ended();
    } else {
      send(plan, sent).whenComplete((done, error) -> reported(plan, leg.kept(), sent, error));
    }
  }

  /** Whether another node may soon take it for lost: this one was frozen, or waited for long. */
  private boolean tooLate() {
    return parts.timeline().nanos() - begun > parts.settings().inFlight().toNanos() / 2;
  }

  private CompletionStage<Void> send(Plan plan, Delayed sent) {
    if (plan.broken != null) {
      return CompletableFuture.failedFuture(plan.broken);
    }
    try {
      return parts.outlet().publish(PublishFailure.bare(sent));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void reported(Plan plan, Delayed kept, Delayed sent, @Nullable Throwable error) {
    boolean stays = plan.departure.end() == End.KEEP;
    if (error == null || stays) {
      order.ended(plan.entry);
    }
    if (error == null) {
      confirmed.incrementAndGet();
      if (stays) {
        flights.landed(1);
      } else {
        flights.change(kept.slot(), List.of());
      }
    } else {
      PublishFailure failure = PublishFailure.of(error, parts.outlet().ready());
      parts.events().failed(sent, failure.cause());
      // What stays and is not to blame is due again by itself.
      if (stays && failure.passing()) {
        flights.landed(1);
      } else {
        failed.add(new Failed(kept.slot(), sent, failure));
      }
    }
    ended();
  }

  private void ended() {
    if (outstanding.decrementAndGet() > 0) {
      return;
    }
    plans.forEach(plan -> parts.budget().release(plan.entry));
    if (confirmed.get() > 0) {
      flights.published();
    }
    if (!failed.isEmpty()) {
      returnFailed();
    }
  }

  private void returnFailed() {
    boolean allPassing = failed.stream().allMatch(f -> f.failure.passing());
    boolean outage = confirmed.get() == 0 && allPassing;
    if (outage) {
      flights.pause(failed.element().failure.cause());
    }
    Instant now = parts.clock().reached();
    Instant again = StoreClock.wholeMillis(now.plus(AGAIN));
    for (Failed f : failed) {
      Delayed sent = order.again(f.sent);
      Delayed next =
          f.failure.passing()
              ? f.failure.back(sent, outage ? sent.slot().due() : again)
              : f.failure.refused(sent, parts.settings().publishAttempts(), now);
      flights.change(f.kept, List.of(next));
    }
  }
}

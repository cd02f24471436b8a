package io.postbus.runtime.delay;

import io.postbus.runtime.delay.Departure.End;
import io.postbus.runtime.delay.Departure.Leg;
import io.postbus.spi.Delayed;
import io.postbus.spi.Move;
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
  }

  private record Failed(Leg leg, PublishFailure failure) {}

  private final int shard;
  private final Flights flights;
  private final EngineParts parts;
  private final List<Plan> plans;
  private final long begun;
  private final AtomicInteger outstanding = new AtomicInteger(1);
  private final AtomicInteger confirmed = new AtomicInteger();
  private final Queue<Failed> failed = new ConcurrentLinkedQueue<>();

  Burst(int shard, Flights flights, EngineParts parts, List<Delayed> entries) {
    this.shard = shard;
    this.flights = flights;
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
        parts.events().fired(plan.entry, Duration.between(plan.entry.slot().due(), now));
        plan.legs().forEach(leg -> launch(plan, leg));
      } else {
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
    outstanding.incrementAndGet();
    flights.kept(leg.kept());
    if (tooLate()) {
      flights.landed(1);
      ended();
    } else {
      send(plan, leg).whenComplete((done, error) -> reported(plan, leg, error));
    }
  }

  /** Whether another node may soon take it for lost: this one was frozen, or waited for long. */
  private boolean tooLate() {
    return parts.timeline().nanos() - begun > parts.settings().inFlight().toNanos() / 2;
  }

  private CompletionStage<Void> send(Plan plan, Leg leg) {
    if (plan.broken != null) {
      return CompletableFuture.failedFuture(plan.broken);
    }
    try {
      return parts.outlet().publish(PublishFailure.bare(leg.sent()));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void reported(Plan plan, Leg leg, @Nullable Throwable error) {
    if (error == null) {
      confirmed.incrementAndGet();
    } else {
      PublishFailure failure = PublishFailure.of(error, parts.outlet().ready());
      parts.events().failed(leg.sent(), failure.cause());
      if (plan.departure.end() == End.REMOVE) {
        failed.add(new Failed(leg, failure));
      }
    }
    if (plan.departure.end() == End.KEEP) {
      flights.landed(1);
    } else if (error == null) {
      flights.change(leg.kept().slot(), List.of());
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
      Delayed sent = f.leg.sent();
      Delayed next =
          f.failure.passing()
              ? f.failure.back(sent, outage ? sent.slot().due() : again)
              : f.failure.refused(sent, parts.settings().publishAttempts(), now);
      flights.change(f.leg.kept().slot(), List.of(next));
    }
  }
}

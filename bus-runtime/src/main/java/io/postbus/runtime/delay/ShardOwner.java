package io.postbus.runtime.delay;

import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Fires one shard for as long as this node holds its lease. It works in steps on the firing
 * threads, one at a time: fetch the entries of what soon will be due, fire a burst of what is. It
 * is woken by a timer at the next due time, by what is put or read, and by confirmations where it
 * had to wait for them. Thread-safe.
 */
final class ShardOwner {
  private static final int BURST = 64;
  private static final int OPEN_SLOTS = 160_000;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private final int shard;
  private final EngineParts parts;
  private final Timeline timeline;
  private final OpenSlots open;
  private final Bodies bodies;
  private final Flights flights;
  private final ShardReads reads;
  private final KeyOrder order;
  private final Pump pump;
  private final WakeUp alarm;
  private final Outage store;
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile long deadline;
  private volatile boolean draining;
  private volatile boolean dropped;
  // The rest is touched by steps only.
  private long notBefore;
  private long nextBurst;

  /** What is due waits until a publication has ended. */
  private boolean full;

  /**
   * An owner that does nothing yet.
   *
   * @param deadline until when it may fire unless renewed, in the timeline's nanoseconds
   */
  ShardOwner(int shard, EngineParts parts, long deadline) {
    this.shard = shard;
    this.parts = parts;
    this.timeline = parts.timeline();
    this.open = new OpenSlots(OPEN_SLOTS / parts.store().shards(), parts.budget());
    this.pump = new Pump(parts.firing(), this::step);
    this.bodies = new Bodies(shard, parts, open);
    this.flights = new Flights(shard, parts, open, this::offer, pump::wake);
    this.reads = new ShardReads(shard, parts, open, pump::wake);
    int most = OPEN_SLOTS / parts.store().shards();
    this.order = new KeyOrder(parts, open, most, reads::again, pump::wake);
    this.alarm = new WakeUp(timeline, pump::wake);
    this.store = parts.outages().firing().one();
    this.deadline = deadline;
    this.notBefore = timeline.nanos();
    this.nextBurst = notBefore;
  }

  int shard() {
    return shard;
  }

  /** Reads what waits and begins to fire. */
  void start() {
    reads.start();
  }

  /** The lease was renewed. */
  void renewed(long until) {
    deadline = until;
  }

  /** Whether it has stopped for good, by itself if its time ran out before it was renewed. */
  boolean dropped() {
    if (!dropped && timeline.nanos() - deadline > 0) {
      drop();
    }
    return dropped;
  }

  /** Stops at once: the shard is, or may be, another node's. */
  void drop() {
    dropped = true;
    reads.close();
    open.close();
    alarm.cancel();
    drained.complete(null);
  }

  /** Begins no more; completes when all that was begun has ended. */
  CompletableFuture<Void> drain() {
    flights.wakeOnLast();
    draining = true;
    pump.wake();
    return drained;
  }

  /** An entry was put. */
  void offer(Delayed entry) {
    if (entry.kind() == Kind.DEAD) {
      order.left(entry);
    }
    if (open.offer(entry, bodies.soon(entry.slot().due())) && entry.slot().equals(open.first())) {
      pump.wake();
    }
  }

  /** Another node has put entries that are due between these times, both included. */
  void hint(Instant from, Instant to) {
    reads.hint(from, to);
  }

  /** How many slots are known to wait. */
  int openSlots() {
    return open.size();
  }

  /** How many publications have not ended. */
  int inFlight() {
    return flights.count();
  }

  private void step() {
    if (draining && flights.count() == 0) {
      drop();
    }
    if (draining || dropped()) {
      return;
    }
    long now = timeline.nanos();
    notBefore = latest(notBefore, flights.notBefore());
    if (notBefore - now <= 0) {
      work(now);
    }
    setAlarm();
  }

  private void work(long now) {
    try {
      order.look(now);
      bodies.fetchAhead(now);
      if (order.released() || nextBurst - now <= 0) {
        fireDue(now);
      }
      reads.refill();
    } catch (RuntimeException e) {
      notBefore = timeline.nanos() + store.failed(e).toNanos();
    }
  }

  private void fireDue(long now) {
    long nowMillis = parts.clock().reached().toEpochMilli();
    Slot first = open.first();
    full = false;
    if (first == null || first.dueMillis() > nowMillis) {
      return;
    }
    if (!parts.outlet().ready()) {
      notBefore = now + LOOK_AGAIN.toNanos();
      return;
    }
    flights.wakeOnLanding(true);
    int limit = Math.min(BURST, flights.room());
    int room = Math.max(parts.budget().room(), flights.count() == 0 ? 1 : 0);
    Map<Slot, @Nullable Delayed> due = open.takeDue(nowMillis, limit, room);
    full = due.isEmpty() && flights.count() > 0;
    if (!due.isEmpty()) {
      flights.wakeOnLanding(false);
      fire(due);
      nextBurst = due.size() == limit ? now : timeline.nanos() + parts.tempo().tick().toNanos();
    }
  }

  private void fire(Map<Slot, @Nullable Delayed> due) {
    Burst burst = burst(due);
    flights.begin(burst.legs());
    BitSet moved;
    try {
      moved = burst.move();
    } catch (RuntimeException e) {
      flights.landed(burst.legs());
      open.putBack(due);
      throw e;
    }
    store.over();
    open.moved(due.keySet());
    burst.publish(moved);
  }

  private Burst burst(Map<Slot, @Nullable Delayed> due) {
    try {
      bodies.complete(due);
      return new Burst(shard, flights, order, parts, order.hold(due));
    } catch (RuntimeException e) {
      open.putBack(due);
      throw e;
    }
  }

  private void setAlarm() {
    long now = timeline.nanos();
    if (notBefore - now > 0) {
      alarm.at(notBefore);
      return;
    }
    Slot first = open.first();
    if (first != null && !full) {
      alarm.at(latest(nextBurst, now + parts.clock().until(first.due()).toNanos()));
    }
    Long look = order.next();
    if (look != null) {
      alarm.at(look);
    }
    Long fetch = bodies.nextFetch(now);
    if (fetch != null) {
      alarm.at(fetch);
    }
  }

  private static long latest(long a, long b) {
    return a - b > 0 ? a : b;
  }
}

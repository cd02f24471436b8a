package io.postbus.runtime.delay;

import io.postbus.DelayedMessages.Outcome;
import io.postbus.message.Message;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.Move;
import io.postbus.spi.Signals;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that waits in one store: puts entries, fires them through an {@link Outlet} when they
 * are due, and changes them before. Thread-safe.
 *
 * <p>An entry is never published before it is due by the store's clock, never after it was
 * cancelled, and by one node once. Only when that node dies before the confirmation, is frozen, or
 * does not learn the outcome, it is published again, late by the in-flight time at most.
 *
 * <p>Under virtual time, give it an executor that runs tasks at once or counts them as {@link
 * Timeline#pending()}; it then fires in the order of the due times.
 */
public final class DelayEngine {
  private static final Logger LOG = LoggerFactory.getLogger(DelayEngine.class);

  private static final int FIRING = 4;
  private static final int WRITING = 4;
  private static final int READING = 2;
  private static final int LEASING = 1;

  private static final long BODIES = 16L * 1024 * 1024;

  /** How many threads of its executor an engine uses at most; it never waits for one. */
  public static final int MOST_THREADS = FIRING + WRITING + READING + LEASING;

  private final DelayStore store;
  private final StoreClock clock;
  private final EngineParts parts;
  private final Tally tally;
  private final Puts puts;
  private final Batches<Move, Boolean> moves;
  private final EntryChanges changes;
  private final PendingEntries pending;
  private final Outbox outbox;
  private final ShardLeases leases;
  private final Arrivals arrivals;
  private final Executor threads;
  private final AtomicBoolean stopped = new AtomicBoolean();

  /**
   * An engine that does nothing until {@link #start()}, but for what it is asked to.
   *
   * @param threads for calls that block; see {@link #MOST_THREADS}
   * @param signals to tell other nodes what was put for them, if there are any
   */
  public DelayEngine(
      DelaySettings settings,
      Store store,
      Timeline timeline,
      Executor threads,
      Outlet outlet,
      DelayEvents events,
      @Nullable Signals signals) {
    this.store = store.delays();
    this.threads = threads;
    this.clock = new StoreClock(store, timeline);
    Tempo tempo = Tempo.of(store.capabilities());
    this.tally = new Tally(events);
    Executor writing = new BoundedExecutor(threads, WRITING);
    Executor reading = new BoundedExecutor(threads, READING);
    this.moves = moves(Duration.ZERO, settings.putLimit(), timeline, writing);
    this.parts =
        new EngineParts(
            settings,
            tempo,
            this.store,
            clock,
            timeline,
            outlet,
            tally,
            moves(tempo.linger(), settings.inFlight().dividedBy(2), timeline, writing),
            new EngineParts.Outages(),
            new BodyBudget(BODIES),
            new BoundedExecutor(threads, FIRING),
            reading);
    this.leases = new ShardLeases(parts, store.leases(), new BoundedExecutor(threads, LEASING));
    this.arrivals = new Arrivals(parts, leases, signals);
    this.puts = new Puts(this.store, settings.putLimit(), timeline, writing, arrivals::arrived);
    this.outbox = new Outbox(this.store, clock, arrivals::appeared);
    this.changes = new EntryChanges(this.store, arrivals::arrived);
    this.pending = new PendingEntries(this.store, timeline, reading);
  }

  /** Begins to fire, if the settings say so, as soon as the store answers. Returns at once. */
  public void start() {
    arrivals.listen();
    leases.start();
  }

  /**
   * Begins no more publications, waits for those under way, clears away what they leave and gives
   * the shards to other nodes. Idempotent; returns at most a second after the limit.
   */
  public void stop(Duration limit) {
    if (!stopped.compareAndSet(false, true)) {
      return;
    }
    long deadline = System.nanoTime() + limit.toNanos();
    arrivals.close();
    parts.changes().hurry();
    boolean ended = await(leases.stop(), deadline - System.nanoTime());
    if (!ended) {
      LOG.warn("Publications of delayed entries have not ended in {}; they may be repeated", limit);
    }
    puts.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    moves.close();
    parts.changes().close();
    long rest = Math.max(0, deadline - System.nanoTime()) + TimeUnit.SECONDS.toNanos(1);
    if (!await(CompletableFuture.runAsync(leases::close, threads), rest)) {
      LOG.info("The leases of the delay shards were not given back and will run out");
    }
  }

  /**
   * The due time of what is to wait this long from now, by the store's clock. Asks the store if
   * that was never done.
   */
  public Instant due(Duration wait) {
    return clock.due(wait);
  }

  /** The due time of what is to wait until then: never early, in whole milliseconds. */
  public Instant due(Instant time) {
    return StoreClock.wholeMillis(time);
  }

  /**
   * Puts an entry. Waits for room, within the limit of the settings, where very many are on their
   * way.
   *
   * @return completes when the entry is durable; fails with a {@link
   *     io.postbus.spi.PublishException}, of unknown outcome if the store did not answer: the same
   *     entry may be put again
   */
  public CompletionStage<Void> put(Delayed entry) {
    return puts.put(entry);
  }

  /** Puts entries in the transactions of others. */
  public Outbox outbox() {
    return outbox;
  }

  /**
   * Puts the entries of one message, all or none of them; otherwise as {@link #put(Delayed)}.
   *
   * @param entries 1 to {@link DelayStore#MAX_BATCH}
   */
  public CompletionStage<Void> put(List<Delayed> entries) {
    return puts.put(entries);
  }

  /**
   * Replaces an entry by others of the same key or id.
   *
   * @return whether this call did it; false if the entry was not there. Fails with what the store
   *     throws
   */
  public CompletionStage<Boolean> move(Delayed from, List<Delayed> to) {
    return moves
        .add(shard(from), new Move(from.slot(), to))
        .thenApply(
            moved -> {
              if (moved) {
                to.forEach(arrivals::arrived);
              }
              return moved;
            });
  }

  /**
   * Removes the entry of this message soon, together with others.
   *
   * @return whether this call did it; false if the entry was not there. Fails with what the store
   *     throws
   */
  public CompletionStage<Boolean> remove(Message m, Slot slot) {
    return remove(Slot.shard(m, store.shards()), slot);
  }

  /** The same for an entry of that shard. */
  public CompletionStage<Boolean> remove(int shard, Slot slot) {
    return parts.changes().add(shard, Move.remove(slot));
  }

  /** Removes what waits under the handle or, where there is none, the message id. Blocking. */
  public Outcome cancel(String reference) {
    return changes.all(reference, entry -> List.of());
  }

  /** Gives another due time to what waits under the handle or message id. Blocking. */
  public Outcome reschedule(String reference, Instant due) {
    Instant whole = whole(due);
    return changes.all(reference, entry -> List.of(PublishFailure.unwaiting(entry).at(whole)));
  }

  /** Makes what waits under the handle or message id due now. Blocking. */
  public Outcome sendNow(String reference) {
    return reschedule(reference, Instant.MIN);
  }

  /** Removes the entry that was found. Blocking. */
  public Outcome cancel(Delayed found) {
    return changes.one(found, entry -> List.of());
  }

  /** Gives another due time to the entry that was found. Blocking. */
  public Outcome reschedule(Delayed found, Instant due) {
    Instant whole = whole(due);
    return changes.one(found, entry -> List.of(PublishFailure.unwaiting(entry).at(whole)));
  }

  /** Makes the entry that was found due now. Blocking. */
  public Outcome sendNow(Delayed found) {
    return reschedule(found, Instant.MIN);
  }

  /** How it is now. */
  public DelayStats stats() {
    Collection<ShardOwner> owners = leases.owners();
    return new DelayStats(
        owners.size(),
        owners.stream().mapToInt(ShardOwner::openSlots).sum(),
        owners.stream().mapToInt(ShardOwner::inFlight).sum(),
        parts.budget().used(),
        tally.fired(),
        tally.failed(),
        tally.dead(),
        leases.owner(0) == null ? OptionalLong.empty() : pending.value());
  }

  /** Whether the last attempt to renew the leases failed. */
  public boolean storeFailing() {
    return leases.failing();
  }

  private Batches<Move, Boolean> moves(
      Duration linger, Duration limit, Timeline timeline, Executor writing) {
    Batches.Terms terms =
        new Batches.Terms(new Outage.Kind("Moving delayed entries"), linger, limit);
    return new Batches<>(store.shards(), this::move, terms, timeline, writing);
  }

  private List<Boolean> move(int shard, List<Move> batch) {
    BitSet moved = store.move(shard, batch);
    List<Boolean> results = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      results.add(moved.get(i));
    }
    return results;
  }

  private Instant whole(Instant due) {
    Instant now = clock.reached();
    return StoreClock.wholeMillis(
        due.isBefore(now) ? now.truncatedTo(java.time.temporal.ChronoUnit.MILLIS) : due);
  }

  private int shard(Delayed entry) {
    return Slot.shard(entry.message(), store.shards());
  }

  private static boolean await(CompletableFuture<?> end, long nanos) {
    try {
      end.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      LOG.warn("The delay engine did not stop in order", e.getCause());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

package io.postbus.runtime.delay;

import io.postbus.runtime.time.Timeline;
import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.PublishException;
import io.postbus.spi.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Puts entries into the store, those of many callers together. Bounded; thread-safe. */
final class Puts {
  private static final int ROOM_KB = 16 * 1024;

  private final DelayStore store;
  private final Duration limit;
  private final Batches<List<Delayed>, List<Delayed>> batches;
  private final Semaphore room = new Semaphore(ROOM_KB);
  private final Consumer<Delayed> arrived;
  private volatile boolean closed;

  /**
   * Puts into a store.
   *
   * @param limit how long an entry waits for room, and then for the store
   * @param arrived is told of entries that are in the store
   */
  Puts(
      DelayStore store,
      Duration limit,
      Timeline timeline,
      Executor threads,
      Consumer<Delayed> arrived) {
    this.store = store;
    this.limit = limit;
    this.arrived = arrived;
    this.batches =
        new Batches<>(
            store.shards(),
            this::write,
            List::size,
            new Batches.Terms(new Outage.Kind("Putting delayed entries"), Duration.ZERO, limit),
            timeline,
            threads);
  }

  /** Puts the entry; waits for room if very many are on their way. */
  CompletionStage<Void> put(Delayed entry) {
    return put(List.of(entry));
  }

  /** Puts entries of one message, all or none. */
  CompletionStage<Void> put(List<Delayed> entries) {
    if (entries.isEmpty() || entries.size() > DelayStore.MAX_BATCH) {
      throw new IllegalArgumentException(
          entries.size() + " entries, must be 1 to " + DelayStore.MAX_BATCH);
    }
    if (closed) {
      return CompletableFuture.failedFuture(new ClosedException("The delay engine"));
    }
    Delayed entry = entries.get(0);
    int kb = Math.min(ROOM_KB, entries.size() * kilobytes(entry));
    if (!enter(kb)) {
      return CompletableFuture.failedFuture(
          PublishException.rejected(
              "The store takes entries too slowly: no room for message "
                  + entry.message().id()
                  + " within "
                  + limit,
              null));
    }
    return batches
        .add(Slot.shard(entry.message(), store.shards()), entries)
        .whenComplete((there, error) -> room.release(kb))
        .thenAccept(there -> there.forEach(arrived))
        .exceptionallyCompose(e -> CompletableFuture.failedStage(translated(entry, e)));
  }

  /** Takes no more, waits for what is on its way, then fails it as closed. */
  void close(Duration wait) {
    closed = true;
    try {
      if (room.tryAcquire(ROOM_KB, wait.toMillis(), TimeUnit.MILLISECONDS)) {
        room.release(ROOM_KB);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    batches.close();
  }

  private List<List<Delayed>> write(int shard, List<List<Delayed>> items) {
    List<Delayed> entries = new ArrayList<>(items.size());
    items.forEach(entries::addAll);
    store.put(shard, entries);
    return items;
  }

  private boolean enter(int kb) {
    try {
      return room.tryAcquire(kb, limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private BusException translated(Delayed entry, Throwable thrown) {
    Throwable error =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    String what = "Message " + entry.message().id() + " for " + entry.destination().name();
    if (error instanceof ClosedException closed) {
      return closed;
    }
    if (error instanceof BusException e && e.retryable()) {
      return PublishException.unknown(
          what + " may not be in the store, which did not answer within " + limit, error);
    }
    return PublishException.refused(
        what + " was refused by the store: " + error.getMessage(), error);
  }

  private static int kilobytes(Delayed entry) {
    return Math.min(ROOM_KB, 1 + entry.message().payload().length / 1024);
  }
}

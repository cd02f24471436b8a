package io.postbus.runtime.lock;

import io.postbus.runtime.time.Timeline;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Lease;
import io.postbus.spi.LeaseStore;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;

/** Takes leases and keeps them by renewing them. Thread-safe. */
public final class LeaseKeeper implements AutoCloseable {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final LeaseStore store;
  private final String owner;
  private final Timeline timeline;
  private final Executor threads;
  private final Set<KeptLease> kept = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * A keeper without leases.
   *
   * @param owner whom the leases belong to, for people to see
   * @param threads for calls of the store, and for those who are told of a loss
   */
  public LeaseKeeper(LeaseStore store, String owner, Timeline timeline, Executor threads) {
    this.store = store;
    this.owner = owner;
    this.timeline = timeline;
    this.threads = threads;
  }

  /**
   * Takes the lease if it is free. Blocking; throws what the store throws.
   *
   * @param ttl how long it stays taken should this process die; at least 100 ms
   */
  public Optional<KeptLease> take(String name, Duration ttl) {
    if (ttl.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "The lease " + name + " for " + ttl + ": it must be for " + SHORTEST + " or longer");
    }
    requireOpen();
    long sent = timeline.nanos();
    return store.acquire(name, owner, ttl).map(lease -> keep(lease, ttl, sent));
  }

  /**
   * Takes the lease, trying until the wait is over. Cancelling the future ends it.
   *
   * @return empty if it was not free in time; fails if the last attempt did. Completes on a thread
   *     of the executor
   */
  public CompletableFuture<Optional<KeptLease>> take(String name, Duration ttl, Duration wait) {
    CompletableFuture<Optional<KeptLease>> result = new CompletableFuture<>();
    long until = timeline.nanos() + Math.min(wait.toMillis(), Integer.MAX_VALUE) * 1_000_000;
    threads.execute(() -> attempt(name, ttl, until, result));
    return result;
  }

  /** Gives all leases back. Idempotent; blocking for a call of the store each. */
  @Override
  public void close() {
    closed = true;
    kept.forEach(KeptLease::close);
  }

  void forget(KeptLease lease) {
    kept.remove(lease);
  }

  private KeptLease keep(Lease lease, Duration ttl, long sent) {
    KeptLease one =
        new KeptLease(this, store, timeline, threads, new KeptLease.Term(lease, ttl, sent));
    kept.add(one);
    one.start();
    if (closed) {
      one.close();
    }
    return one;
  }

  private void attempt(
      String name, Duration ttl, long until, CompletableFuture<Optional<KeptLease>> result) {
    if (result.isDone()) {
      return;
    }
    Optional<KeptLease> taken = Optional.empty();
    RuntimeException failure = null;
    try {
      taken = take(name, ttl);
    } catch (ClosedException | IllegalArgumentException e) {
      result.completeExceptionally(e);
      return;
    } catch (RuntimeException e) {
      failure = e;
    }
    long left = until - timeline.nanos();
    if (taken.isPresent()) {
      if (!result.complete(taken)) {
        taken.get().close();
      }
    } else if (left > 0) {
      Duration pause = pause(ttl, left);
      timeline.schedule(pause, () -> threads.execute(() -> attempt(name, ttl, until, result)));
    } else if (failure != null) {
      result.completeExceptionally(failure);
    } else {
      result.complete(Optional.empty());
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new ClosedException("The bus");
    }
  }

  /** Shorter for short leases, spread so that waiters do not ask in step, and up to the last. */
  private static Duration pause(Duration ttl, long left) {
    long most = Math.min(LONGEST_PAUSE.toNanos(), ttl.toNanos() / 10);
    long spread = most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
    return Duration.ofNanos(Math.min(left, Math.max(SHORTEST_PAUSE.toNanos(), spread)));
  }
}

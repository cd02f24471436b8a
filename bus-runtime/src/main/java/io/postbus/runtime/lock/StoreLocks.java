package io.postbus.runtime.lock;

import io.postbus.Lock;
import io.postbus.LockTimeoutException;
import io.postbus.Locks;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Lease;
import io.postbus.spi.LeaseStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Locks as leases of a store, under a prefix of their own. Thread-safe. */
public final class StoreLocks implements Locks {
  private static final String PREFIX = "lock/";
  private static final int LONGEST_NAME = 200;

  /** How much longer than its wait an attempt may take: for calls of the store. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final LeaseStore store;
  private final LeaseKeeper keeper;
  private final Duration ttl;

  /**
   * Locks of a store.
   *
   * @param keeper on the same store; gives back what is held when it is closed
   * @param ttl for calls that do not say
   */
  public StoreLocks(LeaseStore store, LeaseKeeper keeper, Duration ttl) {
    this.store = store;
    this.keeper = keeper;
    this.ttl = ttl;
  }

  @Override
  public Duration ttl() {
    return ttl;
  }

  @Override
  public Optional<Lock> tryAcquire(String name, Duration ttl) {
    return keeper.take(leaseName(name), ttl).map(lease -> new HeldLock(name, lease));
  }

  @Override
  public Lock acquire(String name, Duration ttl, Duration wait) {
    CompletableFuture<Optional<KeptLease>> taking = keeper.take(leaseName(name), ttl, wait);
    try {
      return taking
          .get(wait.plus(PATIENCE).toMillis(), TimeUnit.MILLISECONDS)
          .map(lease -> new HeldLock(name, lease))
          .orElseThrow(() -> new LockTimeoutException(name, wait));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException thrown
          ? thrown
          : new ConnectionException("The lock " + name + " could not be asked for", e.getCause());
    } catch (TimeoutException e) {
      giveUp(taking);
      throw new LockTimeoutException(name, wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      giveUp(taking);
      throw new LockTimeoutException(name, wait);
    }
  }

  @Override
  public List<Lease> list() {
    return store.list(PREFIX).stream()
        .map(l -> new Lease(l.name().substring(PREFIX.length()), l.owner(), l.epoch(), l.until()))
        .toList();
  }

  /** Gives back what is taken now that nobody waits any more. */
  private static void giveUp(CompletableFuture<Optional<KeptLease>> taking) {
    if (!taking.cancel(false) && !taking.isCompletedExceptionally()) {
      taking.join().ifPresent(KeptLease::close);
    }
  }

  private static String leaseName(String name) {
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "The name of a lock has 1 to " + LONGEST_NAME + " characters, not " + name.length());
    }
    return PREFIX + name;
  }

  private record HeldLock(String name, KeptLease lease) implements Lock {
    @Override
    public long epoch() {
      return lease.epoch();
    }

    @Override
    public boolean held() {
      return lease.held();
    }

    @Override
    public void onLost(Runnable listener) {
      lease.onLost(listener);
    }

    @Override
    public void close() {
      lease.close();
    }
  }
}

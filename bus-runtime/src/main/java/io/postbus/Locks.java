package io.postbus;

import io.postbus.spi.Lease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Locks by name, held by one process at a time among those that share the store. They are leases:
 * renewed by themselves while the process lives, free after the TTL once it does not. Thread-safe.
 */
public interface Locks {
  /** How long a lock is held for where the call does not say: {@code locks.ttl}. */
  Duration ttl();

  /** Takes the lock if it is free, for {@link #ttl()}. */
  default Optional<Lock> tryAcquire(String name) {
    return tryAcquire(name, ttl());
  }

  /** Takes the lock if it is free. */
  Optional<Lock> tryAcquire(String name, Duration ttl);

  /** Takes the lock for {@link #ttl()}, waiting for it as long. */
  default Lock acquire(String name) {
    return acquire(name, ttl());
  }

  /** As {@link #acquire(String, Duration, Duration)}, waiting as long as the TTL. */
  default Lock acquire(String name, Duration ttl) {
    return acquire(name, ttl, ttl);
  }

  /**
   * Takes the lock, waiting for it.
   *
   * @throws LockTimeoutException if it was not free within the wait
   */
  Lock acquire(String name, Duration ttl, Duration wait);

  /** The locks that are held now, by name. */
  List<Lease> list();
}

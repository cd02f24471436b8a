package io.postbus.driver.memory;

import io.postbus.spi.Lease;
import io.postbus.spi.LeaseStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Leases in a map, by the store's clock. Thread-safe. */
final class MemoryLeaseStore implements LeaseStore {
  private final MemoryStore store;
  private final Leases leases;

  MemoryLeaseStore(MemoryStore store, Leases leases) {
    this.store = store;
    this.leases = leases;
  }

  @Override
  public Optional<Lease> acquire(String name, String owner, Duration ttl) {
    store.requireReachable();
    return leases.acquire(name, owner, positive(ttl));
  }

  @Override
  public Optional<Lease> renew(Lease lease, Duration ttl) {
    store.requireReachable();
    return leases.renew(lease, positive(ttl));
  }

  @Override
  public void release(Lease lease) {
    store.requireReachable();
    leases.release(lease);
  }

  @Override
  public List<Lease> list(String prefix) {
    store.requireReachable();
    return leases.list(prefix);
  }

  private static Duration positive(Duration ttl) {
    if (ttl.isNegative() || ttl.isZero()) {
      throw new IllegalArgumentException("A lease for " + ttl + ", must be above zero");
    }
    return ttl;
  }
}

package io.postbus.driver.memory;

import io.postbus.spi.Lease;
import io.postbus.spi.LeaseStore;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Leases in a map, by the store's clock. Thread-safe. */
final class MemoryLeaseStore implements LeaseStore {
  private final MemoryStore store;
  private final StoreData data;
  private final Map<String, Lease> leases;

  MemoryLeaseStore(MemoryStore store, StoreData data) {
    this.store = store;
    this.data = data;
    this.leases = data.leases;
  }

  @Override
  public Optional<Lease> acquire(String name, String owner, Duration ttl) {
    Instant until = until(ttl);
    synchronized (leases) {
      @Nullable Lease held = leases.get(name);
      if (held != null && isHeld(held)) {
        return Optional.empty();
      }
      Lease taken = new Lease(name, owner, data.nextEpoch(micros(store.now())), until);
      leases.put(name, taken);
      return Optional.of(taken);
    }
  }

  @Override
  public Optional<Lease> renew(Lease lease, Duration ttl) {
    Instant until = until(ttl);
    synchronized (leases) {
      @Nullable Lease held = leases.get(lease.name());
      if (held == null || held.epoch() != lease.epoch() || !isHeld(held)) {
        return Optional.empty();
      }
      Lease longer = new Lease(held.name(), held.owner(), held.epoch(), until);
      leases.put(held.name(), longer);
      return Optional.of(longer);
    }
  }

  @Override
  public void release(Lease lease) {
    store.requireOpen();
    synchronized (leases) {
      leases.computeIfPresent(
          lease.name(), (name, held) -> held.epoch() == lease.epoch() ? null : held);
    }
  }

  @Override
  public List<Lease> list(String prefix) {
    store.requireOpen();
    synchronized (leases) {
      leases.values().removeIf(l -> !isHeld(l));
      return leases.values().stream().filter(l -> l.name().startsWith(prefix)).toList();
    }
  }

  private Instant until(Duration ttl) {
    if (ttl.isNegative() || ttl.isZero()) {
      throw new IllegalArgumentException("A lease for " + ttl + ", must be above zero");
    }
    return store.now().plus(ttl);
  }

  private boolean isHeld(Lease lease) {
    return store.now().isBefore(lease.until());
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }
}

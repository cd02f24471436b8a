package io.postbus.driver.memory;

import io.postbus.spi.Lease;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The leases of a store, by its clock. Thread-safe: one monitor. */
final class Leases {
  private static final int FEW = 1024;

  private final InstantSource clock;
  private final Map<String, Lease> byName = new TreeMap<>();
  private int sweepAt = FEW;

  /** One for all names, so that nothing has to be kept of a name that nobody holds. */
  private long lastEpoch;

  Leases(InstantSource clock) {
    this.clock = clock;
  }

  synchronized Optional<Lease> acquire(String name, String owner, Duration ttl) {
    Instant now = clock.instant();
    Lease held = byName.get(name);
    if (held != null && isHeld(held, now)) {
      return Optional.empty();
    }
    lastEpoch = Math.max(lastEpoch + 1, ChronoUnit.MICROS.between(Instant.EPOCH, now));
    Lease taken = new Lease(name, owner, lastEpoch, now.plus(ttl));
    byName.put(name, taken);
    sweep(now);
    return Optional.of(taken);
  }

  synchronized Optional<Lease> renew(Lease lease, Duration ttl) {
    Instant now = clock.instant();
    Lease held = byName.get(lease.name());
    if (held == null || held.epoch() != lease.epoch() || !isHeld(held, now)) {
      return Optional.empty();
    }
    Lease longer = new Lease(held.name(), held.owner(), held.epoch(), now.plus(ttl));
    byName.put(held.name(), longer);
    return Optional.of(longer);
  }

  synchronized void release(Lease lease) {
    byName.computeIfPresent(
        lease.name(), (name, held) -> held.epoch() == lease.epoch() ? null : held);
  }

  synchronized List<Lease> list(String prefix) {
    Instant now = clock.instant();
    return byName.values().stream()
        .filter(l -> l.name().startsWith(prefix) && isHeld(l, now))
        .toList();
  }

  /** How many are kept, with some that have run out. */
  synchronized int size() {
    return byName.size();
  }

  private static boolean isHeld(Lease lease, Instant now) {
    return now.isBefore(lease.until());
  }

  /** Forgets what has run out, whenever there are twice as many as were left last time. */
  private void sweep(Instant now) {
    if (byName.size() >= sweepAt) {
      byName.values().removeIf(l -> !isHeld(l, now));
      sweepAt = Math.max(FEW, 2 * byName.size());
    }
  }
}

package io.postbus.spi;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Leases by name, at most one holder each at a time by the store's clock. */
public interface LeaseStore {
  /**
   * Takes the lease if nobody holds it; not re-entrant: an owner that holds it gets nothing too.
   */
  Optional<Lease> acquire(String name, String owner, Duration ttl);

  /**
   * Extends the lease to {@code ttl} from now.
   *
   * @return empty if it is lost: it ran out and may have had another holder since
   */
  Optional<Lease> renew(Lease lease, Duration ttl);

  /** Ends the lease if it is still held under this epoch; else does nothing. */
  void release(Lease lease);

  /** The leases that are held now and whose names begin so, by name. */
  List<Lease> list(String prefix);
}

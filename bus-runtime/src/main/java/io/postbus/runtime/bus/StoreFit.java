package io.postbus.runtime.bus;

import io.postbus.runtime.connect.Connection;
import io.postbus.runtime.connect.StoreConnection;
import io.postbus.spi.Capability;
import io.postbus.spi.Durability;
import io.postbus.spi.StoreCapability;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a store does not do for a connection, for people to know before they miss it. */
final class StoreFit {
  private StoreFit() {}

  /** A sentence for each shortcoming; none for a store that fits. */
  static List<String> shortcomings(Connection c, StoreConnection store) {
    List<String> all = new ArrayList<>();
    Set<StoreCapability> shared = store.store().capabilities();
    boolean farther = c.driver().capabilities().contains(Capability.SHARED);
    if (farther && !shared.contains(StoreCapability.SHARED)) {
      all.add(
          "The store belongs to this %s, but the connection %s reaches other machines: locks and the registry of groups are not shared with them, and what waits is sent by this %s only. Configure a store that all share"
              .formatted(extent(shared), c.name(), extent(shared)));
    }
    Durability kept = store.store().durability();
    if (!store.mayTakeFrom(c.driver())) {
      all.add(
          "The store survives less (%s) than what the connection %s confirms (%s): failed deliveries are held for their retries instead of stored, and dead letters go to the broker's own dlq.<group>. Configure a store that survives as much, or set store.accept-weaker: true"
              .formatted(word(kept), c.name(), word(c.driver().durability())));
    }
    return all;
  }

  private static String extent(Set<StoreCapability> capabilities) {
    return capabilities.contains(StoreCapability.SHARED_MACHINE) ? "machine" : "process";
  }

  private static String word(Durability d) {
    return d.name().toLowerCase(Locale.ROOT);
  }
}

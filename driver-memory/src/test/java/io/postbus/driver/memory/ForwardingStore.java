package io.postbus.driver.memory;

import io.postbus.spi.DedupStore;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Durability;
import io.postbus.spi.GroupRegistry;
import io.postbus.spi.LeaseStore;
import io.postbus.spi.Store;
import io.postbus.spi.StoreCapability;
import java.time.Instant;
import java.util.Set;

/** Does what another store does; the broken ones differ in one thing. */
class ForwardingStore implements Store {
  final Store good;

  ForwardingStore(Store good) {
    this.good = good;
  }

  @Override
  public Durability durability() {
    return good.durability();
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return good.capabilities();
  }

  @Override
  public DelayStore delays() {
    return good.delays();
  }

  @Override
  public LeaseStore leases() {
    return good.leases();
  }

  @Override
  public DedupStore dedup() {
    return good.dedup();
  }

  @Override
  public GroupRegistry groups() {
    return good.groups();
  }

  @Override
  public Instant now() {
    return good.now();
  }

  @Override
  public void close() {
    good.close();
  }
}

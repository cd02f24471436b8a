package io.postbus.runtime.connect;

import io.postbus.Health;
import io.postbus.spi.BusException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Driver;
import io.postbus.spi.Store;
import io.postbus.spi.StoreContext;
import io.postbus.spi.StoreSchema;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** The store, and how it is. Thread-safe. */
public final class StoreConnection implements AutoCloseable {
  private final Store store;
  private final Status status;
  private final boolean acceptWeaker;

  private StoreConnection(Store store, Status status, boolean acceptWeaker) {
    this.store = store;
    this.status = status;
    this.acceptWeaker = acceptWeaker;
  }

  /** Opens the store. Its state is known from the first {@link #probe()} on. */
  public static StoreConnection open(Providers providers, StoreSettings s, Node node) {
    Store store = providers.store(s).open(s.fresh(), new Context(node, s.shards()));
    Status status = new Status("The store", node.clock(), () -> {});
    return new StoreConnection(store, status, s.acceptWeaker());
  }

  /** The tables of the store, without opening it; empty if it has none. */
  public static Optional<StoreSchema> schema(Providers providers, StoreSettings s, Node node) {
    return providers.store(s).schema(s.fresh(), new Context(node, s.shards()));
  }

  public Store store() {
    return store;
  }

  /**
   * Whether a delivery of this driver may be let go of once the store has its successor: it
   * survives as much there, or the configuration accepts that it does not.
   */
  public boolean mayTakeFrom(Driver driver) {
    return acceptWeaker || store.durability().compareTo(driver.durability()) >= 0;
  }

  public Health.Connection status() {
    return status.current();
  }

  /** Asks the store for its time to find out how it is; blocks as a call of it does. */
  public void probe() {
    try {
      store.now();
      status.set(ConnectionState.CONNECTED, "");
    } catch (BusException e) {
      status.set(ConnectionState.DOWN, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    status.close();
    store.close();
  }

  private record Context(Node surroundings, int shards) implements StoreContext {
    @Override
    public String namespace() {
      return surroundings.namespace();
    }

    @Override
    public String node() {
      return surroundings.name();
    }

    @Override
    public InstantSource clock() {
      return surroundings.clock();
    }

    @Override
    public Duration callTimeout() {
      return surroundings.callTimeout();
    }
  }
}

package io.postbus.spi;

import java.util.Optional;

/** Opens stores of one kind. Found by {@link java.util.ServiceLoader}; stateless, thread-safe. */
public interface StoreProvider {
  /** The value of {@code store.type} in the configuration. */
  String name();

  /** As {@link DriverProvider#check}. */
  void check(Settings settings);

  /**
   * Opens a store and returns without waiting for its server, unless the schema has to be made.
   *
   * @throws ConfigurationException with every invalid setting
   */
  Store open(Settings settings, StoreContext context);

  /**
   * The store's tables, to be closed by the caller; empty if it has none. Returns without waiting
   * for the server.
   *
   * @throws ConfigurationException with every invalid setting
   */
  default Optional<StoreSchema> schema(Settings settings, StoreContext context) {
    return Optional.empty();
  }
}

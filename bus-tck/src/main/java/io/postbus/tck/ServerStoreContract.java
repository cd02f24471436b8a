package io.postbus.tck;

import org.junit.jupiter.api.Nested;

/**
 * Everything a store promises that is on a server: what {@link StoreContract} asks, and what holds
 * while the server or the network to it fails.
 */
public abstract class ServerStoreContract extends StoreContract {
  protected ServerStoreContract() {}

  @Override
  protected abstract ServerStoreFixture open() throws Exception;

  @Nested
  class StoreOutage extends StoreOutageContract {
    StoreOutage() {
      super((ServerStoreFixture) fixture());
    }
  }
}

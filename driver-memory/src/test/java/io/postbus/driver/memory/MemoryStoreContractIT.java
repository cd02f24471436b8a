package io.postbus.driver.memory;

import io.postbus.spi.StoreProvider;
import io.postbus.tck.StoreContract;
import io.postbus.tck.StoreFixture;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

class MemoryStoreContractIT extends StoreContract {
  @Override
  protected StoreFixture open() {
    return new Fixture();
  }

  static class Fixture implements StoreFixture {
    private final String name = UUID.randomUUID().toString();

    @Override
    public StoreProvider provider() {
      return new MemoryStoreProvider();
    }

    @Override
    public Map<String, Object> settings() {
      return new HashMap<>(Map.of("name", name));
    }

    @Override
    public Map<String, Object> invalidSettings() {
      return Map.of("capacity", 0, "max-bytes", "many", "keep", "perhaps");
    }

    @Override
    public Set<String> secrets() {
      return Set.of();
    }

    @Override
    public void close() {
      // Its stores are closed, and with the last of them its data went.
    }
  }
}

package io.postbus.test;

import io.postbus.driver.memory.MemoryBroker;
import io.postbus.driver.memory.MemoryDriverProvider;
import io.postbus.driver.memory.MemoryStorage;
import io.postbus.driver.memory.MemoryStoreProvider;
import io.postbus.message.MessageId;
import io.postbus.runtime.connect.Providers;
import io.postbus.spi.Driver;
import io.postbus.spi.DriverContext;
import io.postbus.spi.DriverProvider;
import io.postbus.spi.Settings;
import io.postbus.spi.Store;
import io.postbus.spi.StoreContext;
import io.postbus.spi.StoreProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Memory in place of whatever drivers and store the configuration names: a broker for each
 * connection and a store that no other bus shares. Thread-safe.
 */
final class PrivateMemory implements AutoCloseable {
  private final String id = MessageId.next();
  private final Map<String, NamedBroker> brokers = new LinkedHashMap<>();
  private @Nullable MemoryStorage storage;

  Providers providers() {
    return Providers.always(new Drivers(), new Stores());
  }

  /** The brokers of the connections that are open, by the connection's name; the default first. */
  synchronized Map<String, NamedBroker> brokers() {
    return new LinkedHashMap<>(brokers);
  }

  synchronized MemoryStorage storage() {
    if (storage == null) {
      throw new IllegalStateException("The bus has no store yet");
    }
    return storage;
  }

  @Override
  public synchronized void close() {
    brokers.values().forEach(NamedBroker::close);
    if (storage != null) {
      storage.close();
    }
  }

  private synchronized String opened(DriverContext context) {
    String name = id + "/" + context.name();
    brokers.put(context.name(), new NamedBroker(MemoryBroker.named(name), context.namespace()));
    return name;
  }

  private synchronized void opened(StoreContext context) {
    storage = MemoryStorage.named(id, context.namespace());
  }

  /** What the configuration says of another driver or store is none of our business. */
  private static void passOver(Settings settings) {
    settings.keys().forEach(settings::raw);
  }

  private static Settings named(String name) {
    return Settings.of(Map.of("name", name));
  }

  List<NamedBroker> all() {
    return List.copyOf(brokers().values());
  }

  private final class Drivers implements DriverProvider {
    @Override
    public String name() {
      return "memory";
    }

    @Override
    public void check(Settings settings) {
      passOver(settings);
    }

    @Override
    public Driver open(Settings settings, DriverContext context) {
      return new MemoryDriverProvider().open(named(opened(context)), context);
    }
  }

  private final class Stores implements StoreProvider {
    @Override
    public String name() {
      return "memory";
    }

    @Override
    public void check(Settings settings) {
      passOver(settings);
    }

    @Override
    public Store open(Settings settings, StoreContext context) {
      opened(context);
      return new MemoryStoreProvider().open(named(id), context);
    }
  }
}

package io.postbus.runtime.connect;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.DriverProvider;
import io.postbus.spi.Nearest;
import io.postbus.spi.Settings;
import io.postbus.spi.StoreProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The drivers and stores on the class path or module path, by their names. Thread-safe. */
public final class Providers {
  /** Ours, so that the error for one that is not there can name what to add. */
  private static final Map<String, String> DRIVERS =
      Map.of(
          "memory", "driver-memory",
          "rabbitmq", "driver-rabbitmq",
          "kafka", "driver-kafka",
          "redis-stream", "driver-redis-stream");

  private static final Map<String, String> STORES =
      Map.of(
          "memory", "driver-memory", "jdbc", "store-jdbc", "redis-stream", "driver-redis-stream");

  private final Map<String, DriverProvider> drivers;
  private final Map<String, StoreProvider> stores;
  private final @Nullable DriverProvider onlyDriver;
  private final @Nullable StoreProvider onlyStore;

  private Providers(
      Map<String, DriverProvider> drivers,
      Map<String, StoreProvider> stores,
      @Nullable DriverProvider onlyDriver,
      @Nullable StoreProvider onlyStore) {
    this.drivers = drivers;
    this.stores = stores;
    this.onlyDriver = onlyDriver;
    this.onlyStore = onlyStore;
  }

  /**
   * Loads all that there are.
   *
   * @throws ConfigurationException if one of them cannot be loaded
   */
  public static Providers load(ClassLoader loader) {
    return new Providers(
        byName(ServiceLoader.load(DriverProvider.class, loader), DriverProvider::name),
        byName(ServiceLoader.load(StoreProvider.class, loader), StoreProvider::name),
        null,
        null);
  }

  /** This driver and this store, by whatever name they are asked for: for tests. */
  public static Providers always(DriverProvider driver, StoreProvider store) {
    return new Providers(Map.of(), Map.of(), driver, store);
  }

  public Set<String> driverNames() {
    return Set.copyOf(drivers.keySet());
  }

  public Set<String> storeNames() {
    return Set.copyOf(stores.keySet());
  }

  /** The type of the store where none is configured: on disk if one is there, else in memory. */
  public String defaultStore() {
    return stores.containsKey("jdbc") ? "jdbc" : "memory";
  }

  /** Has the driver check its settings; an unknown one is a problem of them too. */
  public void check(DriverSettings s) {
    DriverProvider provider = driver(s.type());
    if (provider == null) {
      missing(s.settings(), "driver", s.type(), drivers.keySet(), DRIVERS);
    } else {
      provider.check(s.settings());
    }
  }

  /** Has the store check its settings; an unknown one is a problem of them too. */
  public void check(StoreSettings s) {
    StoreProvider provider = store(s.type());
    if (provider == null) {
      missing(s.settings(), "store", s.type(), stores.keySet(), STORES);
    } else {
      provider.check(s.settings());
    }
  }

  /** The provider of a driver whose settings have been checked. */
  DriverProvider driver(DriverSettings s) {
    DriverProvider provider = driver(s.type());
    if (provider == null) {
      check(s);
      throw new ConfigurationException(s.settings().problems());
    }
    return provider;
  }

  /** The provider of a store whose settings have been checked. */
  StoreProvider store(StoreSettings s) {
    StoreProvider provider = store(s.type());
    if (provider == null) {
      check(s);
      throw new ConfigurationException(s.settings().problems());
    }
    return provider;
  }

  private @Nullable DriverProvider driver(String type) {
    return onlyDriver != null ? onlyDriver : drivers.get(type);
  }

  private @Nullable StoreProvider store(String type) {
    return onlyStore != null ? onlyStore : stores.get(type);
  }

  private static void missing(
      Settings s, String what, String name, Set<String> found, Map<String, String> ours) {
    String nearest = Nearest.to(name, found);
    String artifact = ours.get(name);
    String fix;
    if (artifact != null) {
      fix = "add the artifact io.postbus:" + artifact;
    } else if (nearest != null) {
      fix = "did you mean " + nearest + "?";
    } else {
      fix = "add the artifact that provides it";
    }
    s.problem(
        s.has("type") ? "type" : "",
        "names the %s \"%s\", which is not on the class path; there are %s; %s"
            .formatted(what, name, found.isEmpty() ? "none" : String.join(", ", found), fix));
  }

  private static <P> Map<String, P> byName(ServiceLoader<P> loader, Function<P, String> name) {
    Map<String, P> all = new TreeMap<>();
    Iterator<P> each = loader.iterator();
    try {
      while (each.hasNext()) {
        P provider = each.next();
        all.putIfAbsent(name.apply(provider), provider);
      }
    } catch (ServiceConfigurationError e) {
      throw new ConfigurationException("A driver or store cannot be loaded: " + e.getMessage(), e);
    }
    return all;
  }
}

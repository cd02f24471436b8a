package io.postbus.runtime.bus;

import io.postbus.runtime.connect.Closing;
import io.postbus.runtime.connect.StoreConnection;
import io.postbus.runtime.connect.StoreSettings;
import io.postbus.runtime.delay.DelayEngine;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Store;
import io.postbus.spi.StoreCapability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Where messages of transactions go: the bus's own store, and those of the configuration that only
 * serve for this, each with a delay engine that sends what was committed there. Thread-safe.
 */
final class Outboxes implements AutoCloseable {
  /** A store beside the bus's own. */
  private record Other(StoreConnection store, DelayEngine engine) {}

  private final OutboxInStore own;
  private final Map<String, Other> others;

  private Outboxes(OutboxInStore own, Map<String, Other> others) {
    this.own = own;
    this.others = others;
  }

  /**
   * Opens the stores.
   *
   * @throws ConfigurationException for one that takes part in no transaction
   */
  static Outboxes open(
      OutboxInStore own,
      Map<String, StoreSettings> settings,
      BiFunction<String, StoreSettings, StoreConnection> opening,
      BiFunction<String, Store, DelayEngine> engines) {
    Map<String, Other> all = new TreeMap<>();
    Outboxes outboxes = new Outboxes(own, all);
    try {
      settings.forEach(
          (name, s) -> {
            StoreConnection store = opening.apply(name, s);
            all.put(name, new Other(store, engines.apply(name, store.store())));
            requireTransactions(name, s, store.store());
          });
    } catch (RuntimeException e) {
      outboxes.close();
      throw e;
    }
    return outboxes;
  }

  private static void requireTransactions(String name, StoreSettings s, Store store) {
    if (!store.capabilities().contains(StoreCapability.TRANSACTIONAL)) {
      throw new ConfigurationException(
          "outboxes.%s is a store of the type %s, which takes part in no transaction; use type: jdbc"
              .formatted(name, s.type()),
          null);
    }
  }

  /**
   * The outbox of this name; null means the bus's own store.
   *
   * @throws ConfigurationException if there is none
   */
  OutboxInStore get(@Nullable String name) {
    if (name == null) {
      return own;
    }
    Other other = others.get(name);
    if (other == null) {
      throw new ConfigurationException(
          "There is no outbox %s; the configuration has %s under outboxes"
              .formatted(name, others.isEmpty() ? "none" : String.join(", ", others.keySet())),
          null);
    }
    return own.in(other.store.store(), other.engine.outbox());
  }

  void start() {
    others.values().forEach(o -> o.engine.start());
  }

  /** As {@link DelayEngine#stop}, all at once. */
  void stop(Duration limit) {
    List<CompletableFuture<Void>> stopping = new ArrayList<>();
    others
        .values()
        .forEach(o -> stopping.add(CompletableFuture.runAsync(() -> o.engine.stop(limit))));
    stopping.forEach(CompletableFuture::join);
  }

  /** The stores beside the bus's own, by name. */
  Map<String, StoreConnection> stores() {
    Map<String, StoreConnection> all = new LinkedHashMap<>();
    others.forEach((name, o) -> all.put(name, o.store));
    return all;
  }

  /** Their engines. */
  Collection<DelayEngine> engines() {
    return others.values().stream().map(Other::engine).toList();
  }

  /** Hands each of them out. */
  void each(BiConsumer<Store, DelayEngine> user) {
    others.values().forEach(o -> user.accept(o.store.store(), o.engine));
  }

  @Override
  public void close() {
    others.values().forEach(o -> Closing.one(o.store));
  }
}

package io.postbus.driver.memory;

import io.postbus.spi.Settings;
import io.postbus.spi.Store;
import io.postbus.spi.StoreContext;
import io.postbus.spi.StoreProvider;

/**
 * Opens the in-process store, {@code memory}. Its data lives in this JVM, shared by the setting
 * {@code name} ({@code default} unless given) within a namespace, and gone when the last that uses
 * it is closed, unless it was opened with {@code keep: true}.
 *
 * <p>Further settings: {@code capacity}, how many entries and how many marks of what is done it
 * keeps at most (1,000,000 each); {@code max-bytes}, how much the entries may hold (a quarter of
 * the heap).
 */
public final class MemoryStoreProvider implements StoreProvider {
  /** For the {@link java.util.ServiceLoader}. */
  public MemoryStoreProvider() {}

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public void check(Settings settings) {
    var unused = MemoryStore.Chosen.read(settings);
  }

  @Override
  public Store open(Settings settings, StoreContext context) {
    MemoryStore.Chosen chosen = MemoryStore.Chosen.read(settings);
    settings.check();
    return MemoryStore.open(chosen, context);
  }
}

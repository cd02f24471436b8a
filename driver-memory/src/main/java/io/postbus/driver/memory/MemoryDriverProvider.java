package io.postbus.driver.memory;

import io.postbus.spi.Driver;
import io.postbus.spi.DriverContext;
import io.postbus.spi.DriverProvider;
import io.postbus.spi.Settings;

/**
 * Opens the in-process driver, {@code memory}. Its brokers live in this JVM, shared by the setting
 * {@code name} ({@code default} unless given) and gone when the last that uses one is closed,
 * unless it was opened with {@code keep: true}.
 *
 * <p>Further settings: {@code capacity}, how many messages a group holds at most (1,000,000);
 * {@code max-bytes}, how much all groups together may hold (a quarter of the heap), a message
 * counting once for each group; {@code max-hold}, how long a delivery may stay unsettled (for ever
 * unless given); {@code link}, see {@link MemoryBroker#cut}.
 */
public final class MemoryDriverProvider implements DriverProvider {
  /** For the {@link java.util.ServiceLoader}. */
  public MemoryDriverProvider() {}

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public void check(Settings settings) {
    var unused = MemorySettings.read(settings);
  }

  @Override
  public Driver open(Settings settings, DriverContext context) {
    MemorySettings read = MemorySettings.read(settings);
    settings.check();
    return MemoryDriver.open(read, context);
  }
}

package io.postbus.driver.memory;

import io.postbus.spi.Settings;

/**
 * How much a broker or a store may hold.
 *
 * @param capacity messages of one group, or entries of a store
 * @param bytes of everything together, as {@link Footprint} counts them
 */
record Limits(int capacity, long bytes) {
  private static final int CAPACITY = 1_000_000;

  static Limits read(Settings settings) {
    int capacity = settings.integer("capacity", CAPACITY, 1, Integer.MAX_VALUE);
    long bytes = settings.size("max-bytes", defaults().bytes);
    if (bytes < 1) {
      settings.problem("max-bytes", "must be above 0");
    }
    return new Limits(capacity, bytes);
  }

  /** A million, and a quarter of the heap. */
  static Limits defaults() {
    return new Limits(CAPACITY, Runtime.getRuntime().maxMemory() / 4);
  }

  @Override
  public String toString() {
    return "capacity %d and max-bytes %d".formatted(capacity, bytes);
  }
}

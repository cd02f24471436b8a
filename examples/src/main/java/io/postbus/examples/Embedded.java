package io.postbus.examples;

import io.postbus.Bus;
import io.postbus.BusBuilder;
import java.util.Map;

/** The bus of the examples: a broker and a store in this process. */
final class Embedded {
  private Embedded() {}

  /** In an application this is {@code Bus.open(Path.of("postbus.yaml"))}. */
  static BusBuilder bus() {
    return Bus.builder().set(Map.of("driver", "memory", "store.type", "memory"));
  }
}

package io.postbus.faults;

import io.postbus.faults.scenario.Area;
import java.util.Set;

/** What is not about this driver's own wires is tried here, where it takes least. */
class MemoryFaultsIT extends ShortFaults {
  MemoryFaultsIT() {
    super("memory", Set.of(Area.BROKER, Area.STORE, Area.HANDLER));
  }
}

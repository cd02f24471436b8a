package io.postbus.faults;

import io.postbus.faults.scenario.Area;
import java.util.Set;

class MemoryFaultsIT extends ShortFaults {
  MemoryFaultsIT() {
    super(
        "memory",
        Set.of(Area.BROKER, Area.NETWORK, Area.STORE, Area.PROCESS, Area.HANDLER, Area.MIXED));
  }
}

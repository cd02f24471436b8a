package io.postbus.faults;

import io.postbus.faults.scenario.Area;
import java.util.Set;

class RedisFaultsIT extends ShortFaults {
  RedisFaultsIT() {
    super("redis-stream", Set.of(Area.BROKER, Area.NETWORK, Area.PROCESS));
  }
}

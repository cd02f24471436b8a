package io.postbus.faults;

import io.postbus.faults.scenario.Area;
import java.util.Set;

class RabbitNodeFaultsIT extends ShortFaults {
  RabbitNodeFaultsIT() {
    super("rabbitmq", Set.of(Area.NETWORK, Area.PROCESS, Area.MIXED));
  }
}

package io.postbus.faults;

import io.postbus.faults.scenario.Area;
import java.util.Set;

class RabbitServerFaultsIT extends ShortFaults {
  RabbitServerFaultsIT() {
    super("rabbitmq", Set.of(Area.BROKER, Area.STORE));
  }
}

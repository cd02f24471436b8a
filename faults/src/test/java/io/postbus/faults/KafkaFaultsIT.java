package io.postbus.faults;

import io.postbus.faults.scenario.Area;
import java.util.Set;

class KafkaFaultsIT extends ShortFaults {
  KafkaFaultsIT() {
    super("kafka", Set.of(Area.BROKER, Area.NETWORK, Area.PROCESS));
  }
}

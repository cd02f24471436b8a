package io.postbus.faults;

class KafkaClusterFaultsIT extends ShortFaults {
  KafkaClusterFaultsIT() {
    super("kafka", "three nodes");
  }
}

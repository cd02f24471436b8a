package io.postbus.faults;

class RabbitClusterFaultsIT extends ShortFaults {
  RabbitClusterFaultsIT() {
    super("rabbitmq", "three nodes, quorum queues");
  }
}

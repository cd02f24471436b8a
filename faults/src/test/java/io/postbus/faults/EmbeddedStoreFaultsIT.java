package io.postbus.faults;

class EmbeddedStoreFaultsIT extends ShortFaults {
  EmbeddedStoreFaultsIT() {
    super("redis-stream", "embedded store");
  }
}

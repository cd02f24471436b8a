package io.postbus.testbrokers;

import java.util.Map;

class PostgresBrokerIT extends DatabaseContract<PostgresBroker> {
  @Override
  PostgresBroker open() {
    return PostgresBroker.open();
  }

  @Override
  PostgresBroker shared() {
    return PostgresBroker.shared();
  }

  @Override
  PostgresBroker openWithConnections(int limit) {
    return PostgresBroker.open(Map.of("max_connections", Integer.toString(limit)));
  }
}

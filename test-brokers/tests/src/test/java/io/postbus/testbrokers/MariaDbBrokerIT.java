package io.postbus.testbrokers;

import java.util.Map;

class MariaDbBrokerIT extends DatabaseContract<MariaDbBroker> {
  @Override
  MariaDbBroker open() {
    return MariaDbBroker.open();
  }

  @Override
  MariaDbBroker shared() {
    return MariaDbBroker.shared();
  }

  @Override
  MariaDbBroker openWithConnections(int limit) {
    return MariaDbBroker.open(Map.of("max_connections", Integer.toString(limit)));
  }
}

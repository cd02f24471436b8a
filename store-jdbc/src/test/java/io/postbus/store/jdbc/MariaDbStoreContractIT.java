package io.postbus.store.jdbc;

import io.postbus.tck.ServerStoreContract;
import io.postbus.tck.ServerStoreFixture;
import io.postbus.testbrokers.MariaDbBroker;

/** MariaDB by its own driver. */
class MariaDbStoreContractIT extends ServerStoreContract {
  @Override
  protected ServerStoreFixture open() {
    MariaDbBroker database = MariaDbBroker.open();
    return new ServerFixture(database, database::jdbcUrl);
  }
}

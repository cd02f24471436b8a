package io.postbus.store.jdbc;

import io.postbus.tck.ServerStoreContract;
import io.postbus.tck.ServerStoreFixture;
import io.postbus.testbrokers.MariaDbBroker;

/** MariaDB by MySQL's driver. */
class MySqlStoreContractIT extends ServerStoreContract {
  @Override
  protected ServerStoreFixture open() {
    MariaDbBroker database = MariaDbBroker.open();
    return new ServerFixture(database, by -> Urls.mysql(database, by));
  }
}

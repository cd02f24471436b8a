package io.postbus.store.jdbc;

import io.postbus.tck.ServerStoreContract;
import io.postbus.tck.ServerStoreFixture;
import io.postbus.testbrokers.PostgresBroker;

class PostgresStoreContractIT extends ServerStoreContract {
  @Override
  protected ServerStoreFixture open() {
    PostgresBroker database = PostgresBroker.open();
    return new ServerFixture(database, database::jdbcUrl);
  }
}

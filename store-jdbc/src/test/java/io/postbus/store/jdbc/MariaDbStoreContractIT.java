package io.postbus.store.jdbc;

import io.postbus.tck.StoreContract;
import io.postbus.tck.StoreFixture;
import io.postbus.testbrokers.MariaDbBroker;

/** MariaDB by its own driver. */
class MariaDbStoreContractIT extends StoreContract {
  @Override
  protected StoreFixture open() {
    MariaDbBroker database = MariaDbBroker.shared();
    return JdbcFixture.of(database, database.jdbcUrl());
  }
}

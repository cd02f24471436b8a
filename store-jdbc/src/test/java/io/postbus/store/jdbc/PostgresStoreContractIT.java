package io.postbus.store.jdbc;

import io.postbus.tck.StoreContract;
import io.postbus.tck.StoreFixture;
import io.postbus.testbrokers.PostgresBroker;

class PostgresStoreContractIT extends StoreContract {
  @Override
  protected StoreFixture open() {
    PostgresBroker database = PostgresBroker.shared();
    return JdbcFixture.of(database, database.jdbcUrl());
  }
}

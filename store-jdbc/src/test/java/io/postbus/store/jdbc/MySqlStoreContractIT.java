package io.postbus.store.jdbc;

import io.postbus.tck.StoreContract;
import io.postbus.tck.StoreFixture;
import io.postbus.testbrokers.MariaDbBroker;

/** MariaDB by MySQL's driver. */
class MySqlStoreContractIT extends StoreContract {
  @Override
  protected StoreFixture open() {
    MariaDbBroker database = MariaDbBroker.shared();
    String url = database.jdbcUrl().replace("jdbc:mariadb:", "jdbc:mysql:");
    return JdbcFixture.of(database, url.replaceFirst("[?].*", "?sslMode=DISABLED"));
  }
}

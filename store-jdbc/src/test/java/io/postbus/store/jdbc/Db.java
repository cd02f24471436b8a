package io.postbus.store.jdbc;

import io.postbus.testbrokers.MariaDbBroker;
import io.postbus.testbrokers.PostgresBroker;

/** What the tests of this module run on, shared by them. */
enum Db {
  H2,
  MARIADB,
  MYSQL_DRIVER,
  POSTGRESQL;

  JdbcFixture fixture() {
    return switch (this) {
      case H2 ->
          new JdbcFixture("jdbc:h2:async:./target/h2/shared;AUTO_SERVER=TRUE", "sa", "h2-password");
      case MARIADB -> {
        MariaDbBroker db = MariaDbBroker.shared();
        yield new JdbcFixture(db.jdbcUrl(), db.username(), db.password());
      }
      case MYSQL_DRIVER -> {
        MariaDbBroker db = MariaDbBroker.shared();
        yield new JdbcFixture(Urls.mysql(db, db.endpoint()), db.username(), db.password());
      }
      case POSTGRESQL -> {
        PostgresBroker db = PostgresBroker.shared();
        yield new JdbcFixture(db.jdbcUrl(), db.username(), db.password());
      }
    };
  }
}

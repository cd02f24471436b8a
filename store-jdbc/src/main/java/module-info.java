/** The store on SQL databases. */
module io.postbus.store.jdbc {
  requires transitive io.postbus.spi;
  requires com.zaxxer.hikari;
  requires java.sql;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.postbus.store.jdbc;

  provides io.postbus.spi.StoreProvider with
      io.postbus.store.jdbc.JdbcStoreProvider;
}

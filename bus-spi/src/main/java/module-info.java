/** What a driver or a store implements. */
module io.postbus.spi {
  requires transitive java.sql;
  requires static transitive org.jspecify;
}

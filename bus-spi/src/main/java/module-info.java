/** What a driver or a store implements, and the message that all of them carry. */
module io.postbus.spi {
  requires transitive java.sql;
  requires static transitive org.jspecify;

  exports io.postbus.message;
  exports io.postbus.spi;
  exports io.postbus.spi.support;
}

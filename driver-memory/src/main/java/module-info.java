/** The in-process driver and store. */
module io.postbus.driver.memory {
  requires transitive io.postbus.spi;
  requires static transitive org.jspecify;
}

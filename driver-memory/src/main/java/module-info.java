/** The in-process driver and store. */
module io.postbus.driver.memory {
  requires transitive io.postbus.spi;
  requires static transitive org.jspecify;

  exports io.postbus.driver.memory;

  provides io.postbus.spi.DriverProvider with
      io.postbus.driver.memory.MemoryDriverProvider;
  provides io.postbus.spi.StoreProvider with
      io.postbus.driver.memory.MemoryStoreProvider;
}

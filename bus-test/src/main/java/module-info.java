/** The kit applications test with: a bus in process with a virtual clock. */
module io.postbus.test {
  requires transitive io.postbus.runtime;
  requires io.postbus.driver.memory;
  requires static transitive org.jspecify;
}

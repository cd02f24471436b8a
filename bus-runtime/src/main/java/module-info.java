/** What applications use, and the engine. */
@SuppressWarnings("module") // the modules that get more than the API are built later
module io.postbus.runtime {
  requires transitive io.postbus.spi;
  requires transitive micrometer.core;
  requires transitive micrometer.observation;
  requires static micrometer.registry.prometheus;
  requires static tools.jackson.databind;
  requires jdk.httpserver;
  requires java.net.http;
  requires org.slf4j;
  requires org.snakeyaml.engine;
  requires static transitive org.jspecify;

  uses io.postbus.spi.DriverProvider;
  uses io.postbus.spi.StoreProvider;

  exports io.postbus;
  exports io.postbus.runtime.bus to
      io.postbus.cli,
      io.postbus.test;
  exports io.postbus.runtime.config to
      io.postbus.cli;
  exports io.postbus.runtime.json to
      io.postbus.cli;
  exports io.postbus.runtime.observe to
      io.postbus.cli;
  exports io.postbus.runtime.codec to
      io.postbus.test;
  exports io.postbus.runtime.connect to
      io.postbus.cli,
      io.postbus.test;
  exports io.postbus.runtime.consume to
      io.postbus.test;
  exports io.postbus.runtime.time to
      io.postbus.test;
}

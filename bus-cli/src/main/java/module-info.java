/** The postbus command. */
module io.postbus.cli {
  requires ch.qos.logback.classic;
  requires ch.qos.logback.core;
  requires info.picocli;
  requires io.postbus.examples.live;
  requires io.postbus.runtime;
  requires org.slf4j;
  requires tools.jackson.core;
  requires tools.jackson.databind;
  requires jdk.httpserver;
  requires java.management;
  requires java.net.http;
  requires jdk.unsupported;
  requires static org.jspecify;

  uses io.postbus.spi.DriverProvider;
  uses io.postbus.spi.StoreProvider;

  provides ch.qos.logback.classic.spi.Configurator with
      io.postbus.cli.logging.LoggingConfigurator;

  opens io.postbus.cli to
      info.picocli;
  opens io.postbus.cli.command to
      info.picocli;
  opens io.postbus.cli.demo to
      info.picocli;
  opens io.postbus.cli.publish to
      info.picocli;
  opens io.postbus.cli.run to
      info.picocli;
}

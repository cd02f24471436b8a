/** The postbus command. */
module io.postbus.cli {
  requires ch.qos.logback.classic;
  requires info.picocli;
  requires io.postbus.runtime;
  requires micrometer.registry.prometheus;
  requires org.slf4j;
  requires tools.jackson.databind;
  requires jdk.httpserver;
  requires java.net.http;
  requires static org.jspecify;
}

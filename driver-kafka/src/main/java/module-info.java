/** The driver for Kafka. */
module io.postbus.driver.kafka {
  requires transitive io.postbus.spi;
  requires kafka.clients;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports io.postbus.driver.kafka;

  provides io.postbus.spi.DriverProvider with
      io.postbus.driver.kafka.KafkaProvider;
}

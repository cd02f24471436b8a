/** The driver for RabbitMQ. */
module io.postbus.driver.rabbitmq {
  requires transitive io.postbus.spi;
  requires com.rabbitmq.client;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports io.postbus.driver.rabbitmq;

  provides io.postbus.spi.DriverProvider with
      io.postbus.driver.rabbitmq.RabbitProvider;
}

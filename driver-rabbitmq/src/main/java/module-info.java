/** The driver for RabbitMQ. */
module io.postbus.driver.rabbitmq {
  requires transitive io.postbus.spi;
  requires com.rabbitmq.client;
  requires org.slf4j;
  requires static transitive org.jspecify;
}

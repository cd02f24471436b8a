package io.postbus.driver.rabbitmq;

import io.postbus.spi.Driver;
import io.postbus.spi.DriverContext;
import io.postbus.spi.DriverProvider;
import io.postbus.spi.Settings;

/** Opens connections to RabbitMQ, 3.10 and later. Stateless. */
public final class RabbitProvider implements DriverProvider {
  /** For {@link java.util.ServiceLoader}. */
  public RabbitProvider() {}

  @Override
  public String name() {
    return "rabbitmq";
  }

  @Override
  public void check(Settings settings) {
    RabbitSettings.read(settings);
  }

  @Override
  public Driver open(Settings settings, DriverContext context) {
    RabbitSettings read = RabbitSettings.read(settings);
    settings.check();
    RabbitDriver driver = new RabbitDriver(read, context);
    driver.start();
    return driver;
  }
}

package io.postbus.driver.kafka;

import io.postbus.spi.Driver;
import io.postbus.spi.DriverContext;
import io.postbus.spi.DriverProvider;
import io.postbus.spi.Settings;

/** Opens connections to Kafka, 3.3 and later. Stateless. */
public final class KafkaProvider implements DriverProvider {
  /** For {@link java.util.ServiceLoader}. */
  public KafkaProvider() {}

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public void check(Settings settings) {
    KafkaSettings.read(settings);
  }

  @Override
  public Driver open(Settings settings, DriverContext context) {
    KafkaSettings read = KafkaSettings.read(settings);
    settings.check();
    KafkaDriver driver = new KafkaDriver(read, context);
    driver.start();
    return driver;
  }
}

package io.postbus.driver.rabbitmq;

import io.postbus.tck.DriverContract;
import io.postbus.tck.DriverFixture;

/** The contract on classic queues, with messages as they are by default. */
class RabbitClassicContractIT extends DriverContract {
  @Override
  protected DriverFixture open() {
    return new RabbitFixture("classic", "compact", 1_000_000);
  }
}

package io.postbus.driver.rabbitmq;

import io.postbus.tck.DriverContract;
import io.postbus.tck.DriverFixture;

/** The contract on classic queues. */
class RabbitClassicContractIT extends DriverContract {
  @Override
  protected DriverFixture open() {
    return new RabbitFixture("classic", 1_000_000);
  }
}

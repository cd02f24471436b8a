package io.postbus.driver.rabbitmq;

import io.postbus.tck.DriverContract;
import io.postbus.tck.DriverFixture;

/** The contract on quorum queues. */
class RabbitQuorumContractIT extends DriverContract {
  @Override
  protected DriverFixture open() {
    return new RabbitFixture("quorum", 100_000);
  }
}

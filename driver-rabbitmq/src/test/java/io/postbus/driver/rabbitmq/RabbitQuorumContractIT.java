package io.postbus.driver.rabbitmq;

import io.postbus.tck.DriverContract;
import io.postbus.tck.DriverFixture;

/** The contract on quorum queues, with a header for every attribute. */
class RabbitQuorumContractIT extends DriverContract {
  @Override
  protected DriverFixture open() {
    return new RabbitFixture("quorum", "full", 100_000);
  }
}

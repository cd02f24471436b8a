package io.postbus.driver.kafka;

import io.postbus.tck.DriverContract;
import io.postbus.tck.DriverFixture;

class KafkaContractIT extends DriverContract {
  @Override
  protected DriverFixture open() {
    return new KafkaFixture();
  }
}

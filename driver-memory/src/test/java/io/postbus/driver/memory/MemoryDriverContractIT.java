package io.postbus.driver.memory;

import io.postbus.tck.DriverContract;
import io.postbus.tck.DriverFixture;

class MemoryDriverContractIT extends DriverContract {
  @Override
  protected DriverFixture open() {
    return new MemoryFixture();
  }
}

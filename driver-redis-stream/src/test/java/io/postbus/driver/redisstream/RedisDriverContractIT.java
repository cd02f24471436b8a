package io.postbus.driver.redisstream;

import io.postbus.tck.DriverContract;
import io.postbus.tck.DriverFixture;

/** The contract on one Redis. */
class RedisDriverContractIT extends DriverContract {
  @Override
  protected DriverFixture open() {
    return new RedisFixture();
  }
}

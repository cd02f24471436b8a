package io.postbus.driver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.BusException;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.junit.jupiter.api.Test;

class KafkaErrorsTest {
  @Test
  void brokersThatAreNotReadyYetAreNoMatterOfTheConfiguration() {
    BusException failure =
        declaring("Unable to replicate the partition 1 time(s): All brokers are currently fenced.");

    assertThat(failure).isInstanceOf(ConnectionException.class);
    assertThat(failure.retryable()).isTrue();
  }

  @Test
  void moreReplicasThanBrokersAre() {
    BusException failure =
        declaring(
            "Unable to replicate the partition 3 time(s): The target replication factor of 3 cannot be reached because only 1 broker(s) are registered.");

    assertThat(failure).isInstanceOf(ConfigurationException.class);
    assertThat(failure.retryable()).isFalse();
  }

  private static BusException declaring(String refusal) {
    return KafkaErrors.translate(
        "Declaring the topic x", new InvalidReplicationFactorException(refusal));
  }
}

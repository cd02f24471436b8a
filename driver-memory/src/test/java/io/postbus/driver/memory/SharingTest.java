package io.postbus.driver.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.message.MessageId;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.DriverProvider;
import io.postbus.spi.StoreProvider;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** Brokers live in the JVM by name. */
class SharingTest {
  private final String name = MessageId.next();

  @Test
  void bothProvidersAreFound() {
    assertThat(ServiceLoader.load(DriverProvider.class))
        .hasAtLeastOneElementOfType(MemoryDriverProvider.class);
    assertThat(ServiceLoader.load(StoreProvider.class))
        .hasAtLeastOneElementOfType(MemoryStoreProvider.class);
  }

  @Test
  void driversOfOneNameAreOnOneBroker() {
    try (Peer one = new Peer(name, Map.of());
        Peer other = new Peer(name, Map.of());
        Peer elsewhere = new Peer(MessageId.next(), Map.of())) {
      one.declare("g", "t");
      assertThat(other.driver.topology().hasGroups("t")).isTrue();
      assertThat(elsewhere.driver.topology().hasGroups("t")).isFalse();
    }
  }

  @Test
  void aBrokerStaysAsLongAsOneUsesIt() {
    try (Peer stays = new Peer(name, Map.of())) {
      try (Peer leaves = new Peer(name, Map.of())) {
        leaves.declare("g", "t");
      }
      assertThat(stays.driver.topology().hasGroups("t")).isTrue();
    }
    try (Peer later = new Peer(name, Map.of())) {
      assertThat(later.driver.topology().hasGroups("t")).isFalse();
    }
  }

  @Test
  void aHandleKeepsItToo() {
    try (MemoryBroker handle = MemoryBroker.named(name)) {
      try (Peer leaves = new Peer(name, Map.of())) {
        leaves.declare("g", "t");
      }
      assertThat(handle.groups()).containsExactly("g");
    }
    try (MemoryBroker later = MemoryBroker.named(name)) {
      assertThat(later.groups()).isEmpty();
    }
  }

  @Test
  void aBrokerThatIsKeptOutlivesItsUsers() {
    try (Peer leaves = new Peer(name, Map.of("keep", true))) {
      leaves.declare("g", "t");
    }
    try (Peer later = new Peer(name, Map.of())) {
      assertThat(later.driver.topology().hasGroups("t")).isTrue();
    }
  }

  @Test
  void otherLimitsAreRefusedWhileAnotherDriverIsThere() {
    try (MemoryBroker handle = MemoryBroker.named(name);
        Peer first = new Peer(name, Map.of("capacity", 10))) {
      assertThat(first.driver.topology().hasGroups("t")).isFalse();
      assertThatThrownBy(() -> new Peer(name, Map.of("capacity", 20)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(name)
          .hasMessageContaining("capacity 10");
      first.close();
      new Peer(name, Map.of("capacity", 20)).close();
      assertThat(handle.groups()).isEmpty();
    }
  }
}

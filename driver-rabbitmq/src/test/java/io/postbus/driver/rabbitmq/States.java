package io.postbus.driver.rabbitmq;

import io.postbus.spi.ConnectionState;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.Received;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** A listener that notes the states of its consumer. */
record States(List<String> seen) implements ConsumerListener {
  @Override
  public void revoked(Collection<Received> gone, Instant drainUntil) {}

  @Override
  public void state(ConnectionState state, String reason) {
    seen.add(state + " " + reason);
  }
}

package io.postbus.runtime.bus;

import io.postbus.runtime.delay.Outlet;
import io.postbus.runtime.publish.Forwarding;
import io.postbus.spi.Delayed;
import java.util.concurrent.CompletionStage;

/** What the delay engine fires goes to the brokers. Thread-safe. */
record FiringOutlet(Forwarding forwarding) implements Outlet {
  @Override
  public CompletionStage<Void> publish(Delayed entry) {
    return forwarding.send(entry);
  }

  @Override
  public boolean ready() {
    return forwarding.ready();
  }
}

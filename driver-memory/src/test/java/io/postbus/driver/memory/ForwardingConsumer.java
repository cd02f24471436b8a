package io.postbus.driver.memory;

import io.postbus.spi.Consumer;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import java.time.Duration;
import java.util.List;

/** Does what another consumer does. */
class ForwardingConsumer implements Consumer {
  final Consumer good;

  ForwardingConsumer(Consumer good) {
    this.good = good;
  }

  @Override
  public List<Received> poll(int max, Duration timeout) {
    return good.poll(max, timeout);
  }

  @Override
  public boolean settle(Received delivery, Settlement how) {
    return good.settle(delivery, how);
  }

  @Override
  public void maxInFlight(int n) {
    good.maxInFlight(n);
  }

  @Override
  public boolean flush(Duration limit) {
    return good.flush(limit);
  }

  @Override
  public void wakeup() {
    good.wakeup();
  }

  @Override
  public void close() {
    good.close();
  }
}

package io.postbus.driver.memory;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Outbound;
import io.postbus.spi.Producer;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Does what another producer does. */
class ForwardingProducer implements Producer {
  final Producer good;

  ForwardingProducer(Producer good) {
    this.good = good;
  }

  @Override
  public CompletionStage<Void> send(Destination to, Message message) {
    return good.send(to, message);
  }

  /** One by one, so that what is broken in one send is broken here too. */
  @Override
  public List<CompletionStage<Void>> send(List<Outbound> batch) {
    return Producer.super.send(batch);
  }

  @Override
  public void close() {
    good.close();
  }
}

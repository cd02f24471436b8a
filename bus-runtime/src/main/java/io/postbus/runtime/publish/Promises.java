package io.postbus.runtime.publish;

import io.postbus.message.Message;
import io.postbus.spi.Driver;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionStage;

/** Keeps entries of guaranteed messages, one for each group until it acknowledges. Thread-safe. */
public interface Promises {
  /**
   * Refuses what could be lost here after all.
   *
   * @throws io.postbus.spi.ConfigurationException if the store survives less than this broker
   */
  void require(Driver driver);

  /** How long groups have to acknowledge messages of the topic. */
  Duration ackWithin(String topic);

  /**
   * Puts an entry for each of the groups.
   *
   * @return completes with what the message is to carry when all are durable; fails with a {@link
   *     io.postbus.spi.BusException}. Completes in the order of the calls for messages of one key
   */
  CompletionStage<Ticket> put(Collection<String> groups, Message m, Duration ackWithin);
}

package io.postbus;

import io.postbus.message.Message;
import io.postbus.spi.BusException;
import java.util.Optional;

/**
 * What became of one message of a batch.
 *
 * @param error why it was not published; empty if it was
 */
public record PublishResult(Message message, Optional<BusException> error) {
  public boolean published() {
    return error.isEmpty();
  }
}

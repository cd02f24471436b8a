package io.postbus;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Delayed;
import java.time.Instant;
import java.util.Optional;

/**
 * A message that waits.
 *
 * @param kind why it waits: a delay, a retry, …
 * @param attempt the attempt that its delivery will be
 */
public record DelayedMessage(
    Message message,
    Destination destination,
    Instant due,
    Delayed.Kind kind,
    int attempt,
    Optional<String> handle) {}

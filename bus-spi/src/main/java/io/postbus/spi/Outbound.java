package io.postbus.spi;

import io.postbus.message.Destination;
import io.postbus.message.Message;

/** One message of a batch, and where it goes. */
public record Outbound(Destination to, Message message) {}

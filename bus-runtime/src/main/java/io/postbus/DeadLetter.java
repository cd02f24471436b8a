package io.postbus;

import io.postbus.message.Message;
import io.postbus.spi.Failure;

/**
 * A delivery given up on.
 *
 * @param attempts how many attempts failed
 */
public record DeadLetter(Message message, String group, int attempts, Failure failure) {}

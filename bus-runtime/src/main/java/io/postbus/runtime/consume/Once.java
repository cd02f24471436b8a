package io.postbus.runtime.consume;

import io.postbus.spi.DedupStore;

/**
 * What is known of messages that groups have completed. Thread-safe.
 *
 * @param marks those that are completed, of all processes
 * @param claims those that are in hand in this process, of all members of the bus
 */
public record Once(DedupStore marks, Claims claims) {}

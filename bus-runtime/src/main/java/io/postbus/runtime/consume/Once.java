package io.postbus.runtime.consume;

import io.postbus.spi.DedupStore;

/**
 * What is known of messages that groups have completed. Thread-safe.
 *
 * @param marks those that are completed, of all processes
 * @param claims those that are in hand in this process, of all members of the bus
 * @param solitude where those are handled that are suspected of having killed a process
 * @param outlives whether the marks and the deliveries are still there when this process is not
 */
public record Once(DedupStore marks, Claims claims, Solitude solitude, boolean outlives) {}

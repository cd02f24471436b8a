package io.postbus.spi;

import java.time.Instant;

/**
 * A lock with an expiry.
 *
 * @param epoch the fencing token: grows with each new holder, never goes back
 * @param until when it ends unless renewed, by the store's clock
 */
public record Lease(String name, String owner, long epoch, Instant until) {}

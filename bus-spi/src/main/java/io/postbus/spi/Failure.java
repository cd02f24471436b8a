package io.postbus.spi;

import java.time.Instant;

/**
 * How the handling of a delivery has failed so far.
 *
 * @param first when it failed first
 * @param last when it failed last
 * @param error the exception's class name, or a word for what is none
 * @param message what it said
 * @param trace its stack, cut to a few kB; may be empty
 * @param redrives how often it has been taken out of the dead letters
 */
public record Failure(
    Instant first, Instant last, String error, String message, String trace, int redrives) {}

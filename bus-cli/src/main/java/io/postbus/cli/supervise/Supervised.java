package io.postbus.cli.supervise;

import java.time.Duration;

/**
 * What is to be kept alive.
 *
 * @param restartDelay how long after its first death it is started again
 */
public record Supervised(ChildName name, Duration restartDelay) {}

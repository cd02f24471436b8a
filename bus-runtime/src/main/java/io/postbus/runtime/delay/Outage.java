package io.postbus.runtime.delay;

import io.postbus.spi.ClosedException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failures in a row of one thing, each followed by a longer wait: from 0.2 s doubling to 5 s. Logs
 * the first and the end. Thread-safe.
 */
final class Outage {
  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
  private static final int STEPS = 5;

  private final String what;
  private int failures;

  /**
   * An outage that has not begun.
   *
   * @param what fails, as the subject of a sentence
   */
  Outage(String what) {
    this.what = what;
  }

  /** Takes note of a failure and returns how long to wait before the next attempt. */
  synchronized Duration failed(Throwable cause) {
    if (failures == 0 && !(cause instanceof ClosedException)) {
      LOG.warn("{} failed and will be tried again: {}", what, cause.toString());
    }
    LOG.debug("{} failed", what, cause);
    failures = Math.min(failures + 1, STEPS + 1);
    return failures > STEPS ? Duration.ofSeconds(5) : Duration.ofMillis(100L << failures);
  }

  /** Takes note of a success. */
  void over() {
    if (failing()) {
      end();
    }
  }

  synchronized boolean failing() {
    return failures > 0;
  }

  private synchronized void end() {
    failures = 0;
    LOG.info("{} works again", what);
  }
}

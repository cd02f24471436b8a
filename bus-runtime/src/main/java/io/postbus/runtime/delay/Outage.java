package io.postbus.runtime.delay;

import io.postbus.spi.ClosedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failures in a row of one thing, each followed by a longer wait: from 0.2 s doubling to 5 s.
 * Thread-safe.
 */
final class Outage {
  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
  private static final int STEPS = 5;

  private final Kind kind;
  private volatile int failures;

  private Outage(Kind kind) {
    this.kind = kind;
  }

  /** What many do alike: the first that fails is logged for all, and the last that recovers. */
  static final class Kind {
    private final String what;
    private final AtomicInteger failing = new AtomicInteger();

    /**
     * A kind of which nothing has failed.
     *
     * @param what fails, as the subject of a sentence
     */
    Kind(String what) {
      this.what = what;
    }

    /** One that has not failed. */
    Outage one() {
      return new Outage(this);
    }
  }

  /** Takes note of a failure and returns how long to wait before the next attempt. */
  synchronized Duration failed(Throwable cause) {
    if (failures == 0
        && kind.failing.getAndIncrement() == 0
        && !(cause instanceof ClosedException)) {
      LOG.warn("{} failed and will be tried again: {}", kind.what, cause.toString());
    }
    LOG.debug("{} failed", kind.what, cause);
    failures = Math.min(failures + 1, STEPS + 1);
    return failures > STEPS ? Duration.ofSeconds(5) : Duration.ofMillis(100L << failures);
  }

  /** Takes note of a success. */
  void over() {
    if (failures > 0) {
      end();
    }
  }

  boolean failing() {
    return failures > 0;
  }

  private synchronized void end() {
    if (failures > 0) {
      failures = 0;
      if (kind.failing.decrementAndGet() == 0) {
        LOG.info("{} works again", kind.what);
      }
    }
  }
}

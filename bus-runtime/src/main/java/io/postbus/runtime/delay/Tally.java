package io.postbus.runtime.delay;

import io.postbus.spi.Delayed;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what the engine does and passes it on. Thread-safe. */
final class Tally implements DelayEvents {
  private static final Logger LOG = LoggerFactory.getLogger(Tally.class);

  private final DelayEvents next;
  private final LongAdder fired = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder dead = new LongAdder();

  Tally(DelayEvents next) {
    this.next = next;
  }

  @Override
  public void fired(Delayed entry, Duration lateness) {
    fired.increment();
    tell(() -> next.fired(entry, lateness));
  }

  @Override
  public void failed(Delayed entry, Throwable cause) {
    failed.increment();
    tell(() -> next.failed(entry, cause));
  }

  @Override
  public void died(Delayed entry) {
    dead.increment();
    tell(() -> next.died(entry));
  }

  private static void tell(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException e) {
      LOG.error("Who is told of delayed entries failed", e);
    }
  }

  long fired() {
    return fired.sum();
  }

  long failed() {
    return failed.sum();
  }

  long dead() {
    return dead.sum();
  }
}

package io.postbus.runtime.delay;

import io.postbus.spi.Delayed;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the engine does and passes it on. Thread-safe. */
final class Tally implements DelayEvents {
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
    next.fired(entry, lateness);
  }

  @Override
  public void failed(Delayed entry, Throwable cause) {
    failed.increment();
    next.failed(entry, cause);
  }

  @Override
  public void died(Delayed entry) {
    dead.increment();
    next.died(entry);
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

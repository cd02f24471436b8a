package io.postbus.runtime.delay;

import io.postbus.runtime.time.Timeline;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.DelayedQuery;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many entries wait in the store, counted when somebody asks and the last count is old. */
final class PendingEntries {
  private static final Logger LOG = LoggerFactory.getLogger(PendingEntries.class);
  private static final Duration OLD = Duration.ofSeconds(30);

  private static final DelayedQuery WAITING =
      DelayedQuery.ALL.kinds(Kind.DELAY, Kind.RETRY, Kind.OUTBOX, Kind.GUARANTEED);

  private final DelayStore store;
  private final Timeline timeline;
  private final Pump pump;
  private volatile OptionalLong last = OptionalLong.empty();
  private volatile long next;

  PendingEntries(DelayStore store, Timeline timeline, Executor threads) {
    this.store = store;
    this.timeline = timeline;
    this.pump = new Pump(threads, this::count);
    this.next = timeline.nanos();
  }

  /** The last count; begins a new one if it is old. */
  OptionalLong value() {
    if (next - timeline.nanos() <= 0) {
      next = timeline.nanos() + OLD.toNanos();
      pump.wake();
    }
    return last;
  }

  private void count() {
    try {
      last = OptionalLong.of(store.count(WAITING));
    } catch (RuntimeException e) {
      last = OptionalLong.empty();
      LOG.debug("The waiting entries could not be counted", e);
    }
  }
}

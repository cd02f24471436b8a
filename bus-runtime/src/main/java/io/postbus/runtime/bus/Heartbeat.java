package io.postbus.runtime.bus;

import io.postbus.runtime.connect.StoreConnection;
import io.postbus.runtime.publish.KnownGroups;
import io.postbus.runtime.time.Pending;
import io.postbus.runtime.time.Timeline;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * About once a second finds out how the store is and which groups there are. A beat that takes
 * longer than a second is not overtaken by the next. Thread-safe.
 */
final class Heartbeat {
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** Virtual time passes over days, and one process knows by itself what it does. */
  private static final Duration EVERY_VIRTUAL = Duration.ofMinutes(1);

  private final StoreConnection store;
  private final Collection<StoreConnection> others;
  private final KnownGroups known;
  private final Timeline timeline;
  private final Executor background;
  private final Duration every;
  private final AtomicBoolean beating = new AtomicBoolean();
  private volatile boolean stopped;

  /**
   * @param others stores that are only looked at
   */
  Heartbeat(
      StoreConnection store,
      Collection<StoreConnection> others,
      KnownGroups known,
      Timeline timeline,
      Executor background) {
    this.store = store;
    this.others = List.copyOf(others);
    this.known = known;
    this.timeline = timeline;
    this.background = background;
    this.every = timeline.pending() == Pending.NONE ? EVERY : EVERY_VIRTUAL;
  }

  /** Beats at once and from then on. */
  void start() {
    beat();
  }

  void stop() {
    stopped = true;
  }

  private void beat() {
    if (stopped) {
      return;
    }
    timeline.schedule(every, this::beat);
    if (beating.compareAndSet(false, true)) {
      try {
        background.execute(this::look);
      } catch (RejectedExecutionException closing) {
        beating.set(false);
      }
    }
  }

  private void look() {
    try {
      store.probe();
      known.refresh();
      others.forEach(StoreConnection::probe);
    } finally {
      beating.set(false);
    }
  }
}

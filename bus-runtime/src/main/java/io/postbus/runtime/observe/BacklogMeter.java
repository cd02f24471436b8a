package io.postbus.runtime.observe;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Backlog;
import io.postbus.spi.BusException;
import io.postbus.spi.Group;
import io.postbus.spi.GroupRegistry;
import io.postbus.spi.Lease;
import io.postbus.spi.LeaseStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gauges of every group's backlog, asked of the broker by one elected node, so that a scrape of all
 * nodes counts each group once and the broker is not asked N times. Asks every 15 s.
 */
public final class BacklogMeter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BacklogMeter.class);
  private static final Duration EVERY = Duration.ofSeconds(15);
  private static final Duration TTL = EVERY.multipliedBy(3);
  private static final String LEASE = "postbus.backlog";

  private final MultiGauge ready;
  private final GroupRegistry groups;
  private final LeaseStore leases;
  private final String node;
  private final Function<Group, Backlog> backlog;
  private final Timeline timeline;
  private final Executor executor;
  private @Nullable Lease lease;
  private Timeline.@Nullable Timer timer;
  private boolean closed;

  public BacklogMeter(
      MeterRegistry registry,
      GroupRegistry groups,
      LeaseStore leases,
      String node,
      Function<Group, Backlog> backlog,
      Timeline timeline,
      Executor executor) {
    this.ready =
        MultiGauge.builder("messagebus.backlog")
            .description("Messages ready for the group, as the elected node asks the broker")
            .register(registry);
    this.groups = groups;
    this.leases = leases;
    this.node = node;
    this.backlog = backlog;
    this.timeline = timeline;
    this.executor = executor;
  }

  /** Begins to ask, at once and from then on. */
  public void start() {
    schedule(Duration.ZERO);
  }

  /** Stops asking and lets another node be elected. Idempotent. */
  @Override
  public void close() {
    Lease held;
    synchronized (this) {
      closed = true;
      if (timer != null) {
        timer.cancel();
      }
      held = lease;
      lease = null;
    }
    if (held != null) {
      try {
        leases.release(held);
      } catch (BusException e) {
        LOG.debug("The lease of the backlog's meter runs out by itself", e);
      }
    }
  }

  private synchronized void schedule(Duration after) {
    if (!closed) {
      timer = timeline.schedule(after, () -> executor.execute(this::ask));
    }
  }

  private void ask() {
    try {
      ready.register(elected() ? rows() : List.of(), true);
    } catch (BusException e) {
      // No figures rather than old ones; health tells the reason.
      ready.register(List.of(), true);
      LOG.debug("The backlog could not be asked for", e);
    } finally {
      schedule(EVERY);
    }
  }

  private boolean elected() {
    Lease held;
    synchronized (this) {
      held = lease;
    }
    Optional<Lease> now = held == null ? Optional.empty() : leases.renew(held, TTL);
    if (now.isEmpty()) {
      now = leases.acquire(LEASE, node, TTL);
    }
    synchronized (this) {
      lease = closed ? null : now.orElse(null);
      return lease != null;
    }
  }

  private List<MultiGauge.Row<?>> rows() {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    for (Group g : groups.all()) {
      rows.add(MultiGauge.Row.of(Tags.of("group", g.name()), backlog.apply(g).ready()));
    }
    return rows;
  }
}

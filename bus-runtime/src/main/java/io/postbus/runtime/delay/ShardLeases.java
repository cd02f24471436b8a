package io.postbus.runtime.delay;

import io.postbus.runtime.delay.DelaySettings.Firing;
import io.postbus.runtime.time.Timeline;
import io.postbus.runtime.time.Timeline.Timer;
import io.postbus.spi.Lease;
import io.postbus.spi.LeaseStore;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the leases of this node's fair part of the shards. Once a renewal interval, on one thread
 * of its own at a time: asks for the store's time, renews, counts the living nodes, then gives up
 * what is too much or takes what is free. Thread-safe.
 */
final class ShardLeases {
  private static final Logger LOG = LoggerFactory.getLogger(ShardLeases.class);

  /** How long a shard that is given up may take to end what it has begun. */
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final EngineParts parts;
  private final LeaseStore leases;
  private final Timeline timeline;
  private final Tempo tempo;
  private final String node;
  private final Executor threads;
  private final Pump pump;
  private final Outage outage = new Outage.Kind("Renewing the leases of the delay shards").one();
  private final Map<Integer, Held> held = new ConcurrentHashMap<>();
  private volatile @Nullable Lease presence;
  private volatile boolean stopping;
  private volatile boolean closed;

  /** A lease and what fires under it. */
  private static final class Held {
    final ShardOwner owner;
    volatile Lease lease;
    volatile boolean leaving;

    Held(ShardOwner owner, Lease lease) {
      this.owner = owner;
      this.lease = lease;
    }
  }

  ShardLeases(EngineParts parts, LeaseStore leases, Executor threads) {
    this.parts = parts;
    this.leases = leases;
    this.timeline = parts.timeline();
    this.tempo = parts.tempo();
    this.node = parts.settings().node();
    this.threads = threads;
    this.pump = new Pump(threads, this::round);
  }

  /** Begins with a round at once. */
  void start() {
    tick();
  }

  /** The owner of the shard on this node, if it is this node's. */
  @Nullable ShardOwner owner(int shard) {
    Held one = held.get(shard);
    return one == null ? null : one.owner;
  }

  /** All owners on this node that may fire. */
  Collection<ShardOwner> owners() {
    return held.values().stream().map(h -> h.owner).filter(o -> !o.dropped()).toList();
  }

  /** Whether the last round failed. */
  boolean failing() {
    return outage.failing();
  }

  /**
   * Begins no more; completes when all that was begun has ended and the leases are given back, or
   * soon after {@link #DRAIN}.
   */
  CompletableFuture<Void> stop() {
    stopping = true;
    CompletableFuture<?>[] left =
        held.values().stream()
            .map(one -> leave(one).toCompletableFuture())
            .toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(left).whenComplete((all, error) -> pump.wake());
  }

  /** Drops what has not ended and gives back what is left. Blocking; idempotent. */
  void close() {
    stopping = true;
    closed = true;
    held.values().forEach(h -> h.owner.drop());
    held.values().forEach(this::release);
    giveUpPresence();
    held.clear();
  }

  private void tick() {
    if (!closed) {
      pump.wake();
      timeline.schedule(tempo.renew(), this::tick);
    }
  }

  private void round() {
    if (closed) {
      return;
    }
    try {
      parts.clock().ask();
      if (parts.settings().firing() == Firing.ON) {
        beAlive();
        held.values().forEach(this::renew);
        share();
      }
      outage.over();
    } catch (RuntimeException e) {
      timeline.schedule(outage.failed(e), pump::wake);
    }
  }

  private void beAlive() {
    Optional<Lease> renewed =
        presence == null ? Optional.empty() : leases.renew(presence, tempo.leaseTtl());
    presence =
        renewed
            .or(() -> leases.acquire(Share.nodeLease(node), node, tempo.leaseTtl()))
            .orElse(null);
    if (closed) {
      giveUpPresence();
    }
  }

  private void giveUpPresence() {
    Lease alive = presence;
    presence = null;
    if (alive != null) {
      release(alive);
    }
  }

  private void renew(Held one) {
    long sent = timeline.nanos();
    Optional<Lease> renewed = leases.renew(one.lease, tempo.leaseTtl());
    if (renewed.isEmpty()) {
      LOG.debug("Lost delay shard {}", one.owner.shard());
      one.owner.drop();
      held.remove(one.owner.shard(), one);
      return;
    }
    one.lease = renewed.get();
    if (!one.owner.dropped()) {
      one.owner.renewed(deadline(sent));
    } else if (!one.leaving) {
      LOG.debug("Fires delay shard {} again after a pause", one.owner.shard());
      hold(one.owner.shard(), one.lease, sent);
    }
  }

  private void share() {
    if (stopping) {
      return;
    }
    int shards = parts.store().shards();
    Share share = Share.of(leases.list(Share.PREFIX), node);
    List<Held> mine = held.values().stream().filter(h -> !h.leaving).toList();
    int wanted = share.part(node, shards) - mine.size();
    for (int i = 0; i < -wanted; i++) {
      leave(mine.get(i));
    }
    for (int shard : wanted > 0 ? share.free(node, shards) : List.<Integer>of()) {
      if (wanted > 0 && !stopping && take(shard)) {
        wanted--;
      }
    }
  }

  private boolean take(int shard) {
    long sent = timeline.nanos();
    Optional<Lease> lease = leases.acquire(Share.shardLease(shard), node, tempo.leaseTtl());
    lease.ifPresent(l -> hold(shard, l, sent));
    return lease.isPresent();
  }

  private void hold(int shard, Lease lease, long sent) {
    ShardOwner owner = new ShardOwner(shard, parts, deadline(sent));
    Held one = new Held(owner, lease);
    held.put(shard, one);
    if (stopping) {
      // Too late to be seen by what stops all others; nobody would have the shard until it ran out.
      owner.drop();
      release(one);
    } else {
      owner.start();
    }
  }

  private long deadline(long sent) {
    return sent + tempo.leaseTtl().minus(tempo.margin()).toNanos();
  }

  private CompletionStage<Void> leave(Held one) {
    one.leaving = true;
    Timer forced = timeline.schedule(DRAIN, one.owner::drop);
    return one.owner
        .drain()
        .thenRunAsync(
            () -> {
              forced.cancel();
              release(one);
            },
            threads);
  }

  private void release(Held one) {
    if (held.remove(one.owner.shard(), one)) {
      release(one.lease);
    }
  }

  private void release(Lease lease) {
    try {
      leases.release(lease);
    } catch (RuntimeException e) {
      LOG.debug("The lease {} was not given back and will run out", lease.name(), e);
    }
  }
}

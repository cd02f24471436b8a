package io.postbus.runtime.guarantee;

import io.postbus.BatchHandler;
import io.postbus.Delivery;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.runtime.delay.DelayEngine;
import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from nodes of other stores which guaranteed messages of this one their groups are done
 * with, and takes their entries away. All nodes of a store are members of one group, so that any of
 * them does it; each joins when it first sends such a message. Thread-safe.
 */
public final class AckListener {
  /** Makes this process a member of a group. */
  public interface Joining {
    /** Returns at once, before it has joined. */
    void join(Subscription s, BatchHandler handler);
  }

  private static final Logger LOG = LoggerFactory.getLogger(AckListener.class);

  /** Beyond the engine's own limit. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Of at most {@link AckSender#TOGETHER} acknowledgements each. */
  private static final int MESSAGES = 10;

  private final Supplier<DelayEngine> engine;
  private final StoreIdentity identity;
  private final int shards;
  private final GuaranteeEvents events;
  private final Executor thread;
  private final Set<String> connections = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Joining joining;

  /**
   * A listener that is a member of nothing yet.
   *
   * @param engine asked for when the first acknowledgement comes
   * @param shards of its store
   * @param thread for what may wait
   */
  public AckListener(
      Supplier<DelayEngine> engine,
      StoreIdentity identity,
      int shards,
      GuaranteeEvents events,
      Executor thread) {
    this.engine = engine;
    this.identity = identity;
    this.shards = shards;
    this.events = events;
    this.thread = thread;
  }

  /** From now on it can join. */
  public void begin(Joining how) {
    joining = how;
  }

  /**
   * A guaranteed message goes out on this connection, null for the default one. Returns at once.
   */
  public void listen(@Nullable String connection) {
    String name = connection == null ? "" : connection;
    Joining how = joining;
    if (!connections.contains(name) && how != null && connections.add(name)) {
      try {
        thread.execute(() -> join(how, name));
      } catch (RejectedExecutionException closing) {
        LOG.debug("Closing: acknowledgements of other stores are not heard any more");
      }
    }
  }

  private void join(Joining how, String connection) {
    try {
      how.join(
          Subscription.group(Acknowledgement.group(identity.value()))
              .driver(connection)
              .concurrency(1)
              .batch(MESSAGES, Duration.ZERO)
              .retry(RetrySchedule.NONE),
          this::apply);
    } catch (ClosedException closing) {
      LOG.debug("Closed before acknowledgements of other stores could be heard", closing);
    } catch (BusException e) {
      LOG.warn(
          "Groups of other stores cannot acknowledge guaranteed messages here; they get them again and again: {}",
          e.toString());
    }
  }

  /** What goes wrong costs duplicates, so there is nothing to try again. */
  private void apply(List<Delivery> batch) {
    try {
      Instant now = engine.get().due(Duration.ZERO);
      List<CompletableFuture<Boolean>> removals = new ArrayList<>();
      for (Delivery d : batch) {
        for (Acknowledgement a : Acknowledgement.read(d.message().payload())) {
          if (a.shard() >= 0 && a.shard() < shards) {
            removals.add(removed(a, now));
          }
        }
      }
      await(removals);
    } catch (BusException | ExecutionException | TimeoutException e) {
      LOG.warn("Acknowledged messages may be sent again: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private CompletableFuture<Boolean> removed(Acknowledgement a, Instant now) {
    return SlotSearch.first(a.slots(now), slot -> engine.get().remove(a.shard(), slot))
        .toCompletableFuture();
  }

  private void await(List<CompletableFuture<Boolean>> removals)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture.allOf(removals.toArray(CompletableFuture<?>[]::new))
        .get(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    for (CompletableFuture<Boolean> removal : removals) {
      if (!removal.join()) {
        events.late();
      }
    }
  }
}

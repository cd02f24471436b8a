package io.postbus.runtime.consume;

import io.postbus.Health.ConsumerHealth.State;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.Received;
import io.postbus.spi.UnsupportedCapabilityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The life of a member on a thread of its own: joins the group as soon as the broker lets it, stays
 * while it is wanted, drains, leaves, and joins again after a pause or an error. What is wanted is
 * said by any thread.
 */
final class Membership implements Runnable, ConsumerListener {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final Duration FLUSH = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** What the application wants; there is no way back from CLOSED. */
  enum Wanted {
    RUNNING,
    PAUSED,
    CLOSED
  }

  /** What one stay in the group consists of. */
  interface Stays {
    /** Declares the group and joins it. Blocking. */
    Consumer join(ConsumerListener listener);

    Poller poller(Consumer consumer);
  }

  private final String group;
  private final Timeline timeline;
  private final Stays stays;
  private final Wakeup wakeup;
  private final InFlight inFlight;
  private final Revocation revocation;
  private final Runnable ended;
  private final Backoff backoff = new Backoff();
  private final AtomicReference<Wanted> wanted = new AtomicReference<>(Wanted.RUNNING);
  private final CompletableFuture<Void> joined = new CompletableFuture<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile Condition condition = Condition.stalled("joining for the first time");
  private volatile Condition connection = Condition.RUNNING;
  private volatile @Nullable Poller poller;
  private volatile long closeBy;

  /**
   * A member that has not joined yet.
   *
   * @param ended called when it has left for good, with whatever was still in hand given up
   */
  Membership(
      String group,
      Timeline timeline,
      Stays stays,
      Wakeup wakeup,
      InFlight inFlight,
      Revocation revocation,
      Runnable ended) {
    this.group = group;
    this.timeline = timeline;
    this.stays = stays;
    this.wakeup = wakeup;
    this.inFlight = inFlight;
    this.revocation = revocation;
    this.ended = ended;
  }

  /** Completes when it has joined for the first time, or fails because it never can. */
  CompletableFuture<Void> joined() {
    return joined;
  }

  Condition condition() {
    Condition now = condition;
    if (now.state() == State.DEAD || now.state() == State.STOPPED) {
      return now;
    }
    return switch (wanted.get()) {
      case PAUSED -> Condition.stopped("paused");
      case CLOSED -> Condition.stopped("closing");
      case RUNNING -> now.state() == State.RUNNING ? connection : now;
    };
  }

  /** Whether it would take another delivery if there was one. */
  boolean hungry() {
    if (wanted.get() != Wanted.RUNNING || condition.state() != State.RUNNING) {
      return false;
    }
    Poller polling = poller;
    return polling == null || polling.hungry();
  }

  /** Pauses or resumes; returns at once. */
  void want(Wanted next) {
    wanted.updateAndGet(before -> before == Wanted.CLOSED ? before : next);
    wake();
  }

  /** Stops, what has begun within the grace; returns at once. The first grace counts. */
  synchronized void close(Duration grace) {
    if (wanted.get() != Wanted.CLOSED) {
      closeBy = System.nanoTime() + grace.toNanos();
      want(Wanted.CLOSED);
    }
  }

  /** Waits until it has left for good; false if the limit came first. */
  boolean awaitEnd(Duration limit) throws InterruptedException {
    return end.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Ends the wait of its thread. */
  void wake() {
    wakeup.call();
    Poller polling = poller;
    if (polling != null) {
      polling.wake();
    }
  }

  @Override
  public void run() {
    try {
      while (wanted.get() != Wanted.CLOSED) {
        if (wanted.get() == Wanted.PAUSED) {
          condition = Condition.stopped("paused");
          wakeup.await(LOOK);
        } else {
          round();
        }
      }
      condition = Condition.stopped("closed");
    } catch (Throwable e) {
      LOG.error("The consumer of {} has ended by an error", group, e);
      condition = Condition.dead(String.valueOf(e.getMessage()));
      joined.completeExceptionally(e);
    } finally {
      ended.run();
      joined.completeExceptionally(new ClosedException("The consumer of " + group));
      end.countDown();
    }
  }

  @Override
  public void revoked(Collection<Received> gone, Instant drainUntil) {
    revocation.revoke(gone, Duration.between(timeline.instant(), drainUntil));
  }

  @Override
  public void state(ConnectionState state, String reason) {
    connection =
        state == ConnectionState.CONNECTED
            ? Condition.RUNNING
            : Condition.stalled(reason.isEmpty() ? state.toString() : reason);
  }

  /** One stay in the group, or a try to join it. */
  private void round() {
    Consumer consumer = join();
    if (consumer == null) {
      return;
    }
    try (consumer) {
      condition = Condition.RUNNING;
      joined.complete(null);
      stay(consumer);
      // Nothing was settled where nothing came, say because it leaves before it was quite there.
      if (polledAny() && !consumer.flush(FLUSH)) {
        LOG.warn("Not every settlement of {} has reached the broker within {}", group, FLUSH);
      }
    } catch (ClosedException e) {
      if (wanted.get() != Wanted.CLOSED) {
        throw e;
      }
    } catch (RuntimeException e) {
      LOG.error("The consumer of {} failed; it joins again", group, e);
      condition = Condition.stalled(String.valueOf(e.getMessage()));
      pause();
    } finally {
      revocation.revokeAll();
      Poller polled = poller;
      poller = null;
      if (polled != null) {
        polled.left();
      }
    }
  }

  private boolean polledAny() {
    Poller polled = poller;
    return polled != null && polled.tookAny();
  }

  private @Nullable Consumer join() {
    try {
      connection = Condition.RUNNING;
      Consumer consumer = stays.join(this);
      backoff.reset();
      return consumer;
    } catch (ConfigurationException | UnsupportedCapabilityException | ClosedException e) {
      throw e;
    } catch (RuntimeException e) {
      Condition now = Condition.stalled("cannot join: " + e.getMessage());
      LOG.atLevel(now.equals(condition) ? Level.DEBUG : Level.WARN)
          .log("{} cannot be joined yet: {}", group, e.toString());
      condition = now;
      pause();
      return null;
    }
  }

  private void stay(Consumer consumer) {
    Poller polling = stays.poller(consumer);
    poller = polling;
    boolean draining = false;
    for (; ; ) {
      if (wanted.get() == Wanted.RUNNING) {
        if (draining) {
          polling.undrain();
          draining = false;
        }
        polling.turn();
      } else {
        draining = true;
        polling.drain();
        if (inFlight.held() == 0) {
          return;
        }
        if (overdue()) {
          LOG.warn("{} deliveries of {} are given up after the grace", inFlight.held(), group);
          revocation.giveUp();
          return;
        }
      }
    }
  }

  private boolean overdue() {
    return wanted.get() == Wanted.CLOSED && System.nanoTime() - closeBy >= 0;
  }

  /** Waits for as long as the back-off says, or until it is not wanted any more. */
  private void pause() {
    AtomicBoolean over = new AtomicBoolean();
    Timeline.Timer timer =
        timeline.schedule(
            backoff.next(),
            () -> {
              over.set(true);
              wakeup.call();
            });
    while (!over.get() && wanted.get() == Wanted.RUNNING) {
      wakeup.await(LOOK);
    }
    timer.cancel();
  }
}

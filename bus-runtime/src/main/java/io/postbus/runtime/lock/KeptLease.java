package io.postbus.runtime.lock;

import io.postbus.runtime.time.Timeline;
import io.postbus.runtime.time.Timeline.Timer;
import io.postbus.spi.Lease;
import io.postbus.spi.LeaseStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease that renews itself at a third of its time until it is closed or lost. Whether it is held
 * is judged by this machine's even clock from before the last renewal was sent, so that a process
 * that was frozen, or cannot reach the store, knows it by itself and in time. Thread-safe.
 */
public final class KeptLease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeptLease.class);

  /** Clocks run unevenly by far less than this part of the time. */
  private static final int MARGIN = 20;

  /**
   * A lease as the store last gave it.
   *
   * @param sent when it was asked for, in the timeline's nanoseconds
   */
  record Term(Lease lease, Duration ttl, long sent) {
    long end() {
      return sent + ttl.minus(ttl.dividedBy(MARGIN)).toNanos();
    }
  }

  private enum State {
    HELD,
    LOST,
    CLOSED
  }

  private final LeaseKeeper keeper;
  private final LeaseStore store;
  private final Timeline timeline;
  private final Executor threads;
  private final List<Runnable> listeners = new ArrayList<>();
  private Term term;
  private State state = State.HELD;
  private Timer renewal = () -> {};
  private Timer end = () -> {};

  KeptLease(LeaseKeeper keeper, LeaseStore store, Timeline timeline, Executor threads, Term term) {
    this.keeper = keeper;
    this.store = store;
    this.timeline = timeline;
    this.threads = threads;
    this.term = term;
  }

  public String name() {
    return lease().name();
  }

  /** Grows with each holder of this name. */
  public long epoch() {
    return lease().epoch();
  }

  /** Whether it is certain that it is still held. */
  public synchronized boolean held() {
    return state == State.HELD && timeline.nanos() - term.end() < 0;
  }

  /**
   * Runs once when it is lost, on the executor; at once if it is already. Not when it is closed.
   */
  public void onLost(Runnable listener) {
    synchronized (this) {
      if (state != State.LOST) {
        listeners.add(listener);
        return;
      }
    }
    threads.execute(() -> tell(listener));
  }

  /** Gives it back: one call of the store. Idempotent; if the store fails it runs out by itself. */
  @Override
  public void close() {
    Lease last;
    synchronized (this) {
      if (state != State.HELD) {
        return;
      }
      end(State.CLOSED);
      last = term.lease;
    }
    keeper.forget(this);
    release(last);
  }

  /** Begins to renew itself. */
  synchronized void start() {
    long left = term.end() - timeline.nanos();
    end = timeline.schedule(Duration.ofNanos(left), () -> lost("it was not renewed in time"));
    renewIn(term.ttl.dividedBy(3));
  }

  private synchronized Lease lease() {
    return term.lease;
  }

  private synchronized void renewIn(Duration wait) {
    if (state == State.HELD) {
      renewal = timeline.schedule(wait, () -> threads.execute(this::renew));
    }
  }

  private void renew() {
    Term before;
    synchronized (this) {
      before = term;
      if (state != State.HELD) {
        return;
      }
    }
    long sent = timeline.nanos();
    try {
      store
          .renew(before.lease, before.ttl)
          .ifPresentOrElse(
              lease -> renewed(new Term(lease, before.ttl, sent)),
              () -> lost("it had run out when it was to be renewed"));
    } catch (RuntimeException e) {
      LOG.debug("The lease {} could not be renewed yet", before.lease.name(), e);
      renewIn(before.ttl.dividedBy(10));
    }
  }

  private void renewed(Term next) {
    synchronized (this) {
      if (state == State.HELD) {
        end.cancel();
        term = next;
        start();
        return;
      }
    }
    release(next.lease);
  }

  private void lost(String why) {
    List<Runnable> told;
    synchronized (this) {
      if (state != State.HELD) {
        return;
      }
      end(State.LOST);
      told = List.copyOf(listeners);
    }
    LOG.warn("Lost the lease {}: {}", name(), why);
    keeper.forget(this);
    told.forEach(listener -> threads.execute(() -> tell(listener)));
  }

  private void end(State last) {
    state = last;
    renewal.cancel();
    end.cancel();
  }

  private void release(Lease lease) {
    try {
      store.release(lease);
    } catch (RuntimeException e) {
      LOG.info("The lease {} was not given back and will run out: {}", lease.name(), e.toString());
    }
  }

  private static void tell(Runnable listener) {
    try {
      listener.run();
    } catch (RuntimeException e) {
      LOG.error("Who was told of a lost lease failed", e);
    }
  }
}

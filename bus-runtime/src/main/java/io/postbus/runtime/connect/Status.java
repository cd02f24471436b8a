package io.postbus.runtime.connect;

import io.postbus.Health;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ConnectionState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a connection is, told by one side and awaited by the other. Thread-safe. */
final class Status {
  private static final Logger LOG = LoggerFactory.getLogger(Status.class);

  private final String what;
  private final InstantSource clock;
  private final Runnable back;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile Health.Connection current;
  private boolean closed;
  private boolean known;

  /**
   * Begins as down.
   *
   * @param what names the connection in logs and errors: "The connection eu"
   * @param back runs when it is connected again after it was lost
   */
  Status(String what, InstantSource clock, Runnable back) {
    this.what = what;
    this.back = back;
    this.clock = clock;
    this.current = new Health.Connection(ConnectionState.DOWN, "connecting", clock.instant());
  }

  Health.Connection current() {
    return current;
  }

  boolean connected() {
    return current.state() == ConnectionState.CONNECTED;
  }

  void set(ConnectionState state, String reason) {
    lock.lock();
    try {
      Health.Connection before = current;
      if (closed || (before.state() == state && before.reason().equals(reason))) {
        return;
      }
      boolean same = before.state() == state;
      current = new Health.Connection(state, reason, same ? before.since() : clock.instant());
      changed.signalAll();
      log(state, reason, same);
      if (state == ConnectionState.CONNECTED) {
        if (known && before.state() == ConnectionState.DOWN) {
          back.run();
        }
        known = true;
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until it is connected, for real time.
   *
   * @return false if the limit came first
   * @throws ClosedException once closed, also out of the wait
   */
  boolean awaitConnected(Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lockInterruptibly();
    try {
      while (!closed && current.state() != ConnectionState.CONNECTED) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      if (closed) {
        throw new ClosedException(what);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends every wait. Idempotent. */
  void close() {
    lock.lock();
    try {
      closed = true;
      current = new Health.Connection(ConnectionState.DOWN, "closed", clock.instant());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void log(ConnectionState state, String reason, boolean same) {
    if (state == ConnectionState.CONNECTED) {
      LOG.info("{} is up", what);
    } else if (same) {
      LOG.debug("{} is still {}: {}", what, state, reason);
    } else {
      LOG.warn("{} is {}: {}", what, state, reason);
    }
  }
}

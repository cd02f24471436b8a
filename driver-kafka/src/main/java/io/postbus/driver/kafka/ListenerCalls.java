package io.postbus.driver.kafka;

import io.postbus.spi.ConnectionState;
import io.postbus.spi.ConsumerListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a consumer's listener what is new, one thing at a time and nothing after the end. */
final class ListenerCalls {
  private static final Logger LOG = LoggerFactory.getLogger(ListenerCalls.class);

  private final ConsumerListener listener;
  private final InstantSource clock;
  private final ReentrantLock calling = new ReentrantLock();
  private volatile boolean closed;
  private @Nullable ConnectionState state;
  private String reason = "";

  ListenerCalls(ConsumerListener listener, InstantSource clock) {
    this.listener = listener;
    this.clock = clock;
  }

  /** By one thread. */
  void state(ConnectionState now, String why) {
    if (now != state || !why.equals(reason)) {
      state = now;
      reason = why;
      call(() -> listener.state(now, why));
    }
  }

  /** They can be settled for so long only; may wait for that. */
  void revoked(List<Delivery> gone, Duration drain) {
    if (!gone.isEmpty()) {
      Instant until = clock.instant().plus(drain);
      call(() -> listener.revoked(Collections.unmodifiableList(gone), until));
    }
  }

  private void call(Runnable call) {
    calling.lock();
    try {
      if (!closed) {
        call.run();
      }
    } catch (RuntimeException e) {
      LOG.error("A consumer's listener failed", e);
    } finally {
      calling.unlock();
    }
  }

  /** Ends it, and waits for a call that is under way, but no longer than this. */
  void close(long limitNanos) throws InterruptedException {
    closed = true;
    if (calling.tryLock(limitNanos, TimeUnit.NANOSECONDS)) {
      calling.unlock();
    }
  }
}

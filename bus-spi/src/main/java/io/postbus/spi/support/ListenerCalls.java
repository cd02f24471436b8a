package io.postbus.spi.support;

import io.postbus.spi.ConnectionState;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.Received;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells a consumer's listener what is new, one thing at a time and nothing after the end.
 * Thread-safe but for {@link #state}.
 */
public final class ListenerCalls {
  private final ConsumerListener listener;
  private final InstantSource clock;
  private final Consumer<? super RuntimeException> failed;
  private final ReentrantLock calling = new ReentrantLock();
  private volatile boolean closed;
  private @Nullable ConnectionState state;
  private String reason = "";

  /**
   * Calls of a listener.
   *
   * @param failed is told what the listener has thrown; it does not reach the caller
   */
  public ListenerCalls(
      ConsumerListener listener, InstantSource clock, Consumer<? super RuntimeException> failed) {
    this.listener = listener;
    this.clock = clock;
    this.failed = failed;
  }

  /** Tells the state if it or its reason is another than before. By one thread. */
  public void state(ConnectionState now, String why) {
    if (now != state || !why.equals(reason)) {
      state = now;
      reason = why;
      call(() -> listener.state(now, why));
    }
  }

  /** They cannot be settled any more. */
  public void revoked(List<? extends Received> gone) {
    revoked(gone, Duration.ZERO);
  }

  /** They can be settled for so long only; the listener may wait for that. */
  public void revoked(List<? extends Received> gone, Duration drain) {
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
      failed.accept(e);
    } finally {
      calling.unlock();
    }
  }

  /** Ends it, and waits for a call that is under way, but no longer than this. */
  public void close(Duration limit) throws InterruptedException {
    closed = true;
    if (calling.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      calling.unlock();
    }
  }
}

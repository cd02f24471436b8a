package io.postbus.driver.memory;

import io.postbus.spi.ClosedException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Order;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import io.postbus.spi.UnsupportedCapabilityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group. It has a seat at the group's queue while the connection is up and the group
 * exists. Settlements take effect at once.
 */
final class MemoryConsumer implements Consumer {
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final Connection connection;
  private final ConsumerSpec spec;
  private final ConsumerListener listener;
  private final String group;

  /** Held while the listener is called, so that no call comes after the close. */
  private final ReentrantLock calling = new ReentrantLock();

  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean woken = new AtomicBoolean();

  /** Revocations that the listener has not heard of yet. */
  private final AtomicInteger unheard = new AtomicInteger();

  private volatile @Nullable Thread poller;
  private volatile @Nullable Seat seat;

  /** Guarded by the broker's lock. */
  private int limit;

  MemoryConsumer(Connection connection, ConsumerSpec spec, ConsumerListener listener) {
    this.connection = connection;
    this.spec = spec;
    this.listener = listener;
    this.group = connection.onBroker(spec.group().name());
    this.limit = spec.maxInFlight();
  }

  @Override
  public List<Received> poll(int max, Duration timeout) {
    if (max < 0) {
      throw new IllegalArgumentException("Cannot poll for " + max + " deliveries");
    }
    Deadline deadline = Deadline.after(timeout);
    poller = Thread.currentThread();
    try {
      for (; ; ) {
        boolean last =
            deadline.over() || woken.getAndSet(false) || Thread.currentThread().isInterrupted();
        Seat at = seat;
        List<Received> batch = at == null ? List.of() : at.queue.take(at, max, !last);
        if (closed.get()) {
          throw closedException();
        }
        if (last || !batch.isEmpty()) {
          return batch;
        }
        LockSupport.parkNanos(this, deadline.left());
      }
    } finally {
      poller = null;
    }
  }

  @Override
  public boolean settle(Received delivery, Settlement how) {
    if (!(delivery instanceof Delivery d)) {
      throw new IllegalArgumentException("Not a delivery of this driver: " + delivery);
    }
    return d.queue.settle(d, this, how);
  }

  @Override
  public void maxInFlight(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("maxInFlight is " + n + ", must be at least 1");
    }
    if (inOrder()) {
      throw new UnsupportedCapabilityException(
          "The group " + group + " has an order: its members are not resized");
    }
    connection.broker.exclusively(
        () -> {
          limit = n;
          Seat at = seat;
          if (at != null) {
            at.queue.resize(at, n);
          }
        });
  }

  @Override
  public boolean flush(Duration limit) {
    return true;
  }

  @Override
  public void wakeup() {
    woken.set(true);
    signal();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    connection.leave(this);
    signal();
    try {
      if (calling.tryLock(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        calling.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The group's name on the broker. */
  String group() {
    return group;
  }

  /** Takes a seat if it has none and there is such a group. The caller has the broker's lock. */
  void attach() {
    if (seat != null || closed.get()) {
      return;
    }
    GroupQueue queue = connection.broker.routes.queue(group);
    if (queue == null) {
      tell(l -> l.state(ConnectionState.DOWN, "The group " + group + " is not declared"));
      return;
    }
    if (inOrder() && !queue.keepOrder()) {
      tell(l -> l.state(ConnectionState.DOWN, "Others consume " + group + " without an order"));
      return;
    }
    Seat taken =
        new Seat(this, queue, connection.context.clock(), connection.settings.maxHold(), limit);
    queue.join(taken);
    seat = taken;
    tell(l -> l.state(ConnectionState.CONNECTED, ""));
    signal();
  }

  /**
   * Gives up the seat and what is unsettled. The caller has the broker's lock.
   *
   * @param reason null when it goes by itself, and needs not be told
   */
  void detach(@Nullable String reason) {
    Seat left = seat;
    if (left == null) {
      return;
    }
    seat = null;
    List<Delivery> back = left.queue.leave(left);
    if (reason != null) {
      left.revoke(back);
      tell(l -> l.state(ConnectionState.DOWN, reason));
    }
  }

  void expire() {
    Seat at = seat;
    if (at != null) {
      at.queue.expire();
    }
  }

  /** Ends the wait of its poll; called under the queue's lock, too. */
  void signal() {
    LockSupport.unpark(poller);
  }

  /** There is nothing to drain: what is taken back is settled by nobody any more. */
  void revoked(List<Received> gone, Instant now) {
    unheard.incrementAndGet();
    tell(
        l -> {
          try {
            l.revoked(gone, now);
          } finally {
            unheard.decrementAndGet();
            signal();
          }
        });
  }

  /** Whether it may be handed nothing yet, as it may hold the same still. */
  boolean hasToHear() {
    return unheard.get() > 0;
  }

  private void tell(java.util.function.Consumer<ConsumerListener> what) {
    connection.callbacks.run(
        () -> {
          calling.lock();
          try {
            if (!closed.get()) {
              what.accept(listener);
            }
          } finally {
            calling.unlock();
          }
        });
  }

  private boolean inOrder() {
    return spec.group().order() != Order.NONE;
  }

  private ClosedException closedException() {
    return new ClosedException("The consumer of group " + spec.group().name());
  }
}

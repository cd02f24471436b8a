package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.postbus.message.Message;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Order;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import io.postbus.spi.UnsupportedCapabilityException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a group: a channel on the consuming connection, and a thread, the keeper, that owns
 * it: subscribes, sends settlements, changes the prefetch, and begins again after every loss.
 */
final class RabbitConsumer implements Consumer {
  private static final Logger LOG = LoggerFactory.getLogger(RabbitConsumer.class);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long BATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final Duration SHORT_LIVED = Duration.ofSeconds(1);
  private static final long CLOSE_MILLIS = 3_000;

  private final RabbitLink link;
  private final Declarations declarations;
  private final MessageReader reader;
  private final ConsumerSpec spec;
  private final ConsumerListener listener;
  private final InstantSource clock;
  private final String queue;
  private final int prefetchCap;
  private final java.util.function.Consumer<RabbitConsumer> onClose;
  private final Held held;
  private final Thread keeper;
  private final Runnable watcher = this::nudge;
  private final Queue<Flush> flushes = new ConcurrentLinkedQueue<>();
  private final ReentrantLock callbacks = new ReentrantLock();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable Subscription subscription;
  private @Nullable ConnectionState told;
  private String toldReason = "";

  RabbitConsumer(
      RabbitLink link,
      Declarations declarations,
      RabbitNames names,
      RabbitSettings settings,
      ConsumerSpec spec,
      ConsumerListener listener,
      InstantSource clock,
      String threadName,
      java.util.function.Consumer<RabbitConsumer> onClose) {
    this.link = link;
    this.declarations = declarations;
    this.reader = new MessageReader(names, spec.group(), clock);
    this.spec = spec;
    this.listener = listener;
    this.clock = clock;
    this.queue = names.group(spec.group().name());
    this.prefetchCap = settings.prefetch();
    this.onClose = onClose;
    this.held = new Held(spec.maxInFlight());
    this.keeper = DaemonThreads.named(this::keep, threadName + "-" + spec.group().name());
  }

  void start() {
    link.onChange(watcher);
    keeper.start();
  }

  @Override
  public List<Received> poll(int max, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      if (closed.get()) {
        throw closedException(queue);
      }
      List<Delivery> taken;
      try {
        taken = held.take(max, deadline - System.nanoTime());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return List.of();
      }
      if (taken.isEmpty()) {
        if (closed.get()) {
          throw closedException(queue);
        }
        return List.of();
      }
      List<Received> wanted = decoded(taken);
      if (!wanted.isEmpty()) {
        return wanted;
      }
    }
  }

  /** Makes messages of them, and settles those that the group does not want. */
  private List<Received> decoded(List<Delivery> taken) {
    List<Received> wanted = new ArrayList<>(taken.size());
    for (Delivery d : taken) {
      Message m = d.decode(reader);
      if (!d.byTopic() || spec.group().types().accepts(m.type())) {
        wanted.add(d);
      } else {
        settle(d, Settlement.ACK);
      }
    }
    return wanted;
  }

  @Override
  public boolean settle(Received received, Settlement how) {
    Delivery d = (Delivery) received;
    if (d.subscription.isLost() || !d.settle(how)) {
      return false;
    }
    if (how == Settlement.RELEASE && ordered()) {
      // It waits here, not at the broker, and at once: what is younger must not be polled before.
      held.release(d);
    } else {
      d.subscription.settled(d);
    }
    return true;
  }

  @Override
  public void maxInFlight(int n) {
    if (ordered()) {
      throw new UnsupportedCapabilityException(
          "The group %s has an order, so its members' maxInFlight is fixed"
              .formatted(spec.group().name()));
    }
    if (n < 1) {
      throw new IllegalArgumentException("maxInFlight is " + n + ", must be at least 1");
    }
    held.limit(n);
    nudge();
  }

  @Override
  public boolean flush(Duration limit) {
    Subscription s = subscription;
    if (s == null || s.isLost() || closed.get()) {
      return false;
    }
    Flush flush = new Flush(new CountDownLatch(1));
    flushes.add(flush);
    nudge();
    try {
      return flush.done.await(limit.toNanos(), TimeUnit.NANOSECONDS) && !s.isLost();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      flushes.remove(flush);
    }
  }

  /** Somebody waits until what has been settled has reached the broker, or is known not to. */
  private record Flush(CountDownLatch done) {}

  @Override
  public void wakeup() {
    held.wakeup();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    nudge();
    held.close();
    onClose.accept(this);
    try {
      keeper.join(CLOSE_MILLIS);
      // A callback that is under way ends first; the ones after it find the consumer closed.
      if (callbacks.tryLock(1, TimeUnit.SECONDS)) {
        callbacks.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    link.forget(watcher);
  }

  private boolean ordered() {
    return spec.group().order() != Order.NONE;
  }

  private void nudge() {
    LockSupport.unpark(keeper);
  }

  private void keep() {
    Backoff backoff = new Backoff();
    while (!closed.get() && !link.isClosed()) {
      try {
        Connection c = link.await(IDLE_NANOS);
        if (c == null) {
          tell(ConnectionState.DOWN, link.reason());
        } else if (serve(subscribe(c)).compareTo(SHORT_LIVED) > 0) {
          backoff.reset();
        } else {
          pause(backoff);
        }
      } catch (IOException | RuntimeException e) {
        LOG.debug("The consumer of {} has no subscription", queue, e);
        tell(ConnectionState.DOWN, RabbitErrors.reason(e));
        pause(backoff);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void pause(Backoff backoff) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(backoff.next());
    for (long left = 1; left > 0 && !closed.get(); left = until - System.nanoTime()) {
      LockSupport.parkNanos(this, Math.max(left, 1));
    }
  }

  private Subscription subscribe(Connection c) throws IOException {
    try {
      return subscribeOnce(c);
    } catch (IOException e) {
      if (RabbitErrors.code(e) != AMQP.NOT_FOUND) {
        throw e;
      }
      declarations.restore(c, spec.group().name());
      return subscribeOnce(c);
    }
  }

  private Subscription subscribeOnce(Connection c) throws IOException {
    Subscription s = new Subscription(Scratch.open(c), queue, held, Thread.currentThread());
    try {
      s.consume(prefetch(held.limit()));
      return s;
    } catch (IOException | RuntimeException e) {
      s.lose(RabbitErrors.reason(e));
      held.clear();
      s.close();
      throw e;
    }
  }

  private int prefetch(int wanted) {
    return Math.min(wanted, prefetchCap);
  }

  /** Works until the subscription is lost or the consumer closed; returns how long that was. */
  private Duration serve(Subscription s) {
    long start = System.nanoTime();
    subscription = s;
    tell(ConnectionState.CONNECTED, "");
    try {
      while (!s.isLost() && !closed.get()) {
        s.resize(prefetch(held.limit()));
        List<Flush> asked = List.copyOf(flushes);
        s.sendSettlements();
        if (!asked.isEmpty()) {
          s.sync();
          asked.forEach(f -> f.done.countDown());
        }
        rest(s);
      }
    } catch (IOException | ShutdownSignalException e) {
      s.lose(RabbitErrors.reason(e));
    } finally {
      leave(s);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void rest(Subscription s) {
    if (!s.hasSettled() && !isUrgent(s)) {
      LockSupport.parkNanos(this, IDLE_NANOS);
    }
    if (s.hasSettled() && !s.batchIsFull() && !isUrgent(s)) {
      LockSupport.parkNanos(this, BATCH_NANOS);
    }
  }

  private boolean isUrgent(Subscription s) {
    return closed.get() || s.isLost() || !flushes.isEmpty();
  }

  private void leave(Subscription s) {
    String lost = s.lost();
    s.lose("the consumer is closed");
    subscription = null;
    if (lost == null) {
      sendLast(s);
    }
    List<Delivery> gone = held.clear();
    flushes.forEach(f -> f.done.countDown());
    if (lost != null) {
      LOG.info("The subscription to {} was lost: {}", queue, lost);
      tell(ConnectionState.DOWN, lost);
      revoke(gone);
    }
    s.close();
  }

  private void sendLast(Subscription s) {
    try {
      s.sendSettlements();
    } catch (IOException | ShutdownSignalException e) {
      LOG.warn("The last settlements of {} were lost: {}", queue, RabbitErrors.reason(e));
    }
  }

  private void revoke(List<Delivery> gone) {
    if (!gone.isEmpty()) {
      callback(() -> listener.revoked(Collections.unmodifiableList(gone), clock.instant()));
    }
  }

  private void tell(ConnectionState state, String reason) {
    if (state != told || !reason.equals(toldReason)) {
      told = state;
      toldReason = reason;
      callback(() -> listener.state(state, reason));
    }
  }

  private void callback(Runnable callback) {
    callbacks.lock();
    try {
      if (!closed.get()) {
        callback.run();
      }
    } catch (RuntimeException e) {
      LOG.error("The listener of {} failed", queue, e);
    } finally {
      callbacks.unlock();
    }
  }

  private static ClosedException closedException(String queue) {
    return new ClosedException("The consumer of group " + queue);
  }
}

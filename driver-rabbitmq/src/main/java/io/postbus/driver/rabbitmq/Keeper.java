package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.postbus.driver.rabbitmq.RabbitSettings.QueueType;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Group;
import io.postbus.spi.support.Backoff;
import io.postbus.spi.support.DaemonThreads;
import io.postbus.spi.support.ListenerCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that keeps a consumer subscribed. It alone uses the channel: it subscribes, sends
 * settlements, changes the prefetch, and begins again after every loss.
 */
final class Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long BATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final Duration SHORT_LIVED = Duration.ofSeconds(1);

  private final RabbitLink link;
  private final Declarations declarations;
  private final Group group;
  private final String queue;
  private final Held held;
  private final int prefetchCap;
  private final boolean quorum;
  private final ListenerCalls listener;
  private final Thread thread;
  private final Runnable watcher = this::nudge;
  private final Queue<CountDownLatch> flushes = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Subscription subscription;
  private volatile boolean closed;

  Keeper(
      RabbitLink link,
      Declarations declarations,
      Group group,
      String queue,
      Held held,
      RabbitSettings settings,
      ListenerCalls listener,
      String threadName) {
    this.link = link;
    this.declarations = declarations;
    this.group = group;
    this.queue = queue;
    this.held = held;
    this.prefetchCap = settings.prefetch();
    this.quorum = settings.queueType() == QueueType.QUORUM;
    this.listener = listener;
    this.thread = DaemonThreads.named(this::run, threadName);
  }

  void start() {
    link.onChange(watcher);
    thread.start();
  }

  /** Something has to be done now. */
  void nudge() {
    LockSupport.unpark(thread);
  }

  boolean flush(Duration limit) {
    Subscription s = subscription;
    if (s == null || s.isLost()) {
      return false;
    }
    CountDownLatch flushed = new CountDownLatch(1);
    flushes.add(flushed);
    nudge();
    try {
      return flushed.await(limit.toNanos(), TimeUnit.NANOSECONDS) && !s.isLost();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      flushes.remove(flushed);
    }
  }

  private void run() {
    Backoff backoff = new Backoff();
    while (!closed && !link.isClosed()) {
      try {
        Connection c = link.await(IDLE_NANOS);
        if (c == null) {
          listener.state(ConnectionState.DOWN, link.reason());
        } else if (serve(subscribe(c)).compareTo(SHORT_LIVED) > 0) {
          backoff.reset();
        } else {
          pause(backoff);
        }
      } catch (IOException | RuntimeException e) {
        LOG.debug("The consumer of {} has no subscription", queue, e);
        listener.state(ConnectionState.DOWN, RabbitErrors.reason(e));
        pause(backoff);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void pause(Backoff backoff) {
    long until = System.nanoTime() + backoff.next().toNanos();
    for (long left = 1; left > 0 && !closed; left = until - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
    }
  }

  private Subscription subscribe(Connection c) throws IOException {
    try {
      return subscribeOnce(c);
    } catch (IOException e) {
      if (RabbitErrors.code(e) != AMQP.NOT_FOUND) {
        throw e;
      }
      declarations.restore(c, group.name());
      return subscribeOnce(c);
    }
  }

  private Subscription subscribeOnce(Connection c) throws IOException {
    Subscription s =
        new Subscription(
            Scratch.open(c), link.arriving(), link.gathering(), queue, quorum, held, thread);
    // Known before its first delivery, whose settlement somebody may want to flush at once.
    subscription = s;
    try {
      s.consume(prefetch());
      return s;
    } catch (IOException | RuntimeException e) {
      subscription = null;
      s.lose(RabbitErrors.reason(e));
      held.clear();
      s.close();
      throw e;
    }
  }

  private int prefetch() {
    return Math.min(held.limit(), prefetchCap);
  }

  /** Works until the subscription is lost or the consumer closed; returns how long that was. */
  private Duration serve(Subscription s) {
    long start = System.nanoTime();
    listener.state(ConnectionState.CONNECTED, "");
    try {
      while (!s.isLost() && !closed) {
        s.resize(prefetch());
        List<CountDownLatch> asked = List.copyOf(flushes);
        boolean sent = s.sendSettlements(!asked.isEmpty());
        if (!asked.isEmpty()) {
          s.sync();
          asked.forEach(CountDownLatch::countDown);
        }
        s.askIfQuiet(sent);
        rest(s, sent);
      }
    } catch (IOException | ShutdownSignalException e) {
      s.lose(RabbitErrors.reason(e));
    } finally {
      leave(s);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Whoever settles soon after others finds this thread on its way, and need not wake it. */
  private void rest(Subscription s, boolean sent) {
    if (!sent) {
      s.idle(true);
      if (!s.hasSettled() && !isUrgent(s)) {
        LockSupport.parkNanos(this, IDLE_NANOS);
      }
      s.idle(false);
    }
    if ((sent || s.hasSettled()) && !s.batchIsFull() && !isUrgent(s)) {
      LockSupport.parkNanos(this, BATCH_NANOS);
    }
  }

  private boolean isUrgent(Subscription s) {
    return closed || s.isLost() || !flushes.isEmpty();
  }

  private void leave(Subscription s) {
    String lost = s.lost();
    s.lose("the consumer is closed");
    subscription = null;
    if (lost == null) {
      sendLast(s);
    }
    List<Delivery> gone = held.clear();
    flushes.forEach(CountDownLatch::countDown);
    if (lost != null) {
      LOG.info("The subscription to {} was lost: {}", queue, lost);
      listener.state(ConnectionState.DOWN, lost);
      listener.revoked(gone);
    }
    s.close();
  }

  private void sendLast(Subscription s) {
    try {
      if (s.sendSettlements(true)) {
        s.sync();
      }
    } catch (IOException | ShutdownSignalException e) {
      LOG.warn("The last settlements of {} were lost: {}", queue, RabbitErrors.reason(e));
    }
  }

  /** Ends the subscription and waits for that, and for a callback that is under way. */
  void close(Duration limit) {
    closed = true;
    nudge();
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      thread.join(limit.toMillis());
      listener.close(Duration.ofNanos(deadline - System.nanoTime()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    link.forget(watcher);
  }
}

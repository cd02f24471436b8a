package io.postbus.driver.redisstream;

import io.postbus.spi.BusException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.support.DaemonThreads;
import io.postbus.spi.support.ListenerCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The thread that speaks to the server for a member while its readers wait there: it sends
 * settlements, renews what is held and the lease of a group with an order, tells the listener, and
 * gives everything back at the end. What it could not send it sends after the outage.
 */
final class Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** So long a settlement waits for others at most. */
  private static final long BATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long READERS_MILLIS = 1_200;
  private static final int BATCH = 256;

  /** So many times longer than others wait to claim, the silent are kept in the group. */
  private static final int BURY_AFTER = 10;

  private final RedisLink link;
  private final String group;
  private final Member member;
  private final List<StreamName> streams;
  private final Held held;
  private final Ownership ownership;
  private final ListenerCalls listener;
  private final Duration claimAfter;
  private final Thread thread;
  private final Runnable watcher = this::nudge;
  private final Queue<CountDownLatch> flushes = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable Delivery> settled = new AtomicReference<>();
  private final AtomicInteger settledCount = new AtomicInteger();
  private volatile List<StreamReader> readers = List.of();
  private volatile boolean closed;

  /** Whether the next settlement is to wake it: it will not look for one soon. */
  private volatile boolean idle;

  /** Taken off the settled, but not sent yet. */
  private List<Delivery> unsent = new ArrayList<>();

  /** Whether the last look found any: then there will be more soon, and nobody need wake it. */
  private boolean sentSome;

  private long nextRenewal = System.nanoTime();
  private long nextBurial = System.nanoTime();

  Keeper(
      RedisLink link,
      Membership membership,
      List<StreamName> streams,
      ListenerCalls listener,
      String threadName) {
    this.link = link;
    this.group = membership.group();
    this.member = membership.member();
    this.held = membership.held();
    this.ownership = membership.ownership();
    this.claimAfter = membership.settings().claimAfter();
    this.streams = streams;
    this.listener = listener;
    this.thread = DaemonThreads.named(this::run, threadName);
  }

  void start(List<StreamReader> all) {
    readers = all;
    link.onChange(watcher);
    thread.start();
    all.forEach(StreamReader::start);
  }

  /** Something has to be done now. */
  void nudge() {
    LockSupport.unpark(thread);
  }

  /** Takes note of a delivery that has just been settled. */
  void settled(Delivery d) {
    Delivery top;
    do {
      top = settled.get();
      d.nextSettled = top;
    } while (!settled.compareAndSet(top, d));
    int n = settledCount.incrementAndGet();
    if (n == BATCH) {
      LockSupport.unpark(thread);
    } else if (idle) {
      idle = false;
      LockSupport.unpark(thread);
    }
  }

  boolean flush(Duration limit) {
    CountDownLatch flushed = new CountDownLatch(1);
    flushes.add(flushed);
    nudge();
    try {
      return !closed && flushed.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      flushes.remove(flushed);
    }
  }

  private void run() {
    while (!closed && !link.isClosed()) {
      try {
        if (ownership.hasRunOut()) {
          revokeAll();
        }
        RedisServer server = link.server();
        report(server);
        if (server == null) {
          LockSupport.parkNanos(this, RETRY_NANOS);
        } else {
          work(server.client());
          rest();
        }
      } catch (JedisException | BusException e) {
        LOG.debug("Something could not be told to Redis for {}, it is tried again", group, e);
        link.suspect();
        LockSupport.parkNanos(this, RETRY_NANOS);
      } catch (RuntimeException e) {
        LOG.error("The care for {} failed in a way that was not foreseen; it goes on", group, e);
        LockSupport.parkNanos(this, IDLE_NANOS);
      }
    }
    leave();
  }

  private void report(@Nullable RedisServer server) {
    if (server == null) {
      listener.state(ConnectionState.DOWN, link.reason());
      return;
    }
    for (StreamReader r : readers) {
      if (!r.isConnected()) {
        listener.state(ConnectionState.DOWN, r.trouble());
        return;
      }
    }
    listener.state(ConnectionState.CONNECTED, "");
  }

  private void work(UnifiedJedis client) {
    List<CountDownLatch> asked = List.copyOf(flushes);
    send(client);
    asked.forEach(CountDownLatch::countDown);
    boolean was = ownership.isActive();
    if (!ownership.tick(client)) {
      revokeAll();
    } else if (ownership.isActive() != was) {
      readers.forEach(StreamReader::nudge);
    }
    long now = System.nanoTime();
    if (now - nextRenewal >= 0) {
      nextRenewal = now + claimAfter.toNanos() / 3;
      renew(client);
    }
    if (now - nextBurial >= 0) {
      nextBurial = now + claimAfter.toNanos();
      streams.forEach(s -> member.bury(client, s, BURY_AFTER * claimAfter.toMillis()));
    }
  }

  private void rest() {
    if (sentSome) {
      pause(BATCH_NANOS);
      return;
    }
    idle = true;
    if (settled.get() == null) {
      pause(IDLE_NANOS);
    }
    idle = false;
  }

  private void pause(long nanos) {
    if (settledCount.get() < BATCH && !isUrgent()) {
      long left = Math.min(nanos, nextRenewal - System.nanoTime());
      LockSupport.parkNanos(this, Math.max(1, Math.min(left, ownership.nanosLeft())));
    }
  }

  private boolean isUrgent() {
    return closed || !flushes.isEmpty();
  }

  /** Sends what has been settled since, and what could not be sent before. */
  private void send(UnifiedJedis client) {
    List<Delivery> some = takeSettled();
    settledCount.addAndGet(-some.size());
    unsent.addAll(some);
    sentSome = !unsent.isEmpty();
    if (unsent.isEmpty()) {
      return;
    }
    Map<StreamName, List<Delivery>> acked = new HashMap<>();
    Map<StreamName, List<Delivery>> released = new HashMap<>();
    for (Delivery d : unsent) {
      (d.state() == Delivery.RELEASED ? released : acked)
          .computeIfAbsent(d.stream, s -> new ArrayList<>())
          .add(d);
    }
    acked.forEach((stream, done) -> member.acknowledge(client, stream, done));
    released.forEach((stream, back) -> member.giveBack(client, stream, back));
    held.forget(unsent);
    unsent = new ArrayList<>();
  }

  /**
   * The oldest first: the server looks for an id among the pending from their beginning, and takes
   * twice as long where it begins with the youngest.
   */
  private List<Delivery> takeSettled() {
    List<Delivery> some = new ArrayList<>();
    for (Delivery d = settled.getAndSet(null); d != null; ) {
      some.add(d);
      Delivery next = d.nextSettled;
      d.nextSettled = null;
      d = next;
    }
    Collections.reverse(some);
    return some;
  }

  /** Says that we live, and finds out what others have taken nevertheless. */
  private void renew(UnifiedJedis client) {
    for (StreamName stream : streams) {
      Set<Delivery> before = Set.copyOf(held.of(stream));
      Set<String> mine = member.renew(client, stream);
      if (!before.isEmpty()) {
        revoke(
            held.lose(
                d ->
                    d.stream == stream
                        && before.contains(d)
                        && !mine.contains(RedisNames.text(d.id))));
      }
    }
  }

  private void revokeAll() {
    LOG.info("Another member of {} is active now", group);
    revoke(held.lose(d -> true));
  }

  private void revoke(List<Delivery> gone) {
    listener.revoked(gone);
  }

  private void leave() {
    readers.forEach(StreamReader::stop);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(READERS_MILLIS);
    for (StreamReader r : readers) {
      r.join(TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
    }
    RedisServer server = link.server();
    if (server == null) {
      return;
    }
    try {
      send(server.client());
      streams.forEach(s -> member.leave(server.client(), s));
      ownership.release(server.client());
    } catch (JedisException e) {
      LOG.warn(
          "What {} held here is delivered again {} from now on: {}",
          group,
          claimAfter,
          RedisErrors.reason(e));
    }
  }

  /** Ends the membership and waits for that, and for a callback that is under way. */
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

package io.postbus.driver.redisstream;

import io.postbus.spi.BusException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.support.Backoff;
import io.postbus.spi.support.DaemonThreads;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The server that is always being looked for, for ever. A thread of its own finds it, declares
 * again what was declared, and then asks every second whether it would take a message: that shows a
 * silent connection, a server short of memory and one that is master no more. When it is lost,
 * every wire is broken, so that nobody waits on one in vain. Thread-safe.
 */
final class RedisLink {
  /** What is done with a server before anybody else has it. */
  interface Preparation {
    void prepare(RedisServer server);
  }

  private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
  private static final long PROBE_MILLIS = 1_000;
  private static final long BLOCKED_PROBE_MILLIS = 200;

  private final RedisAccess access;
  private final CommandArguments probe;
  private final byte[] probed;
  private final List<Preparation> preparations = new CopyOnWriteArrayList<>();
  private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
  private final Set<Wire.Socketry> wires = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;
  private List<String> warned = List.of();
  private volatile @Nullable RedisServer server;
  private volatile @Nullable String blocked;
  private volatile String reason = "not connected yet";
  private volatile boolean suspected;
  private volatile boolean closed;

  RedisLink(RedisAccess access, RedisNames names, String threadName) {
    this.access = access;
    this.probed = RedisNames.bytes(names.probe());
    // Adds nothing to a stream that does not exist, and yet fails where adding would.
    this.probe =
        new CommandArguments(Protocol.Command.XADD)
            .add(probed)
            .add("NOMKSTREAM")
            .add("*")
            .add("probe")
            .add("1");
    this.thread = DaemonThreads.named(this::run, threadName);
  }

  void start() {
    thread.start();
  }

  /** Done on the link's thread whenever the server has been found, in the order of these calls. */
  void onConnect(Preparation p) {
    preparations.add(p);
  }

  /** Called after every change; must not wait. */
  void onChange(Runnable watcher) {
    watchers.add(watcher);
  }

  void forget(Runnable watcher) {
    watchers.remove(watcher);
  }

  /** The server while it answers. */
  @Nullable RedisServer server() {
    return server;
  }

  /** Why it takes no messages at the moment, or null if it does. */
  @Nullable String blocked() {
    return blocked;
  }

  ConnectionState state() {
    if (server == null) {
      return ConnectionState.DOWN;
    }
    return blocked == null ? ConnectionState.CONNECTED : ConnectionState.BLOCKED;
  }

  /** What is the matter, in words; empty when nothing is. */
  String reason() {
    String b = blocked;
    if (server != null) {
      return b == null ? "" : "Redis takes no messages: " + b;
    }
    return reason;
  }

  boolean isClosed() {
    return closed;
  }

  /** Somebody had trouble: asks the server at once. */
  void suspect() {
    suspected = true;
    signal(false);
  }

  /** Opens a wire to a node; blocks. It is broken when the server is lost or this is closed. */
  Wire open(RedisServer to, HostAndPort node) {
    Wire.Socketry way = to.way(node);
    wires.add(way);
    try {
      if (closed || server != to) {
        throw new JedisConnectionException("not connected: " + reason());
      }
      Wire wire = way.open();
      wire.onBreak(() -> wires.remove(way));
      return wire;
    } catch (RuntimeException e) {
      wires.remove(way);
      way.breakOff();
      throw e;
    }
  }

  /** Waits for the server; null if it is not there by then or the link was closed. */
  @Nullable RedisServer await(long limitNanos) throws InterruptedException {
    long left = limitNanos;
    lock.lockInterruptibly();
    try {
      while (server == null && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      return closed ? null : server;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    Backoff backoff = new Backoff();
    while (!closed) {
      RedisServer found = null;
      try {
        found = RedisServer.find(access);
        stay(found, backoff);
      } catch (JedisException | BusException e) {
        down(RedisErrors.reason(e), e);
      } catch (RuntimeException e) {
        LOG.error("Connecting to Redis failed in a way that was not foreseen; it goes on", e);
        down(RedisErrors.reason(e), e);
      } finally {
        breakWires();
        if (found != null) {
          found.close();
        }
      }
      pause(backoff.next().toMillis(), false);
    }
  }

  /** Until it does not answer any more, which is thrown. */
  private void stay(RedisServer found, Backoff backoff) {
    Wire.Socketry way = found.way(found.nodeOf(probed));
    wires.add(way);
    try (Wire wire = way.open()) {
      warn(ServerInfo.ask(wire));
      ask(wire);
      for (Preparation p : preparations) {
        p.prepare(found);
      }
      server = found;
      LOG.info("Connected to Redis at {}", found);
      backoff.reset();
      signal(true);
      while (!closed) {
        pause(blocked == null ? PROBE_MILLIS : BLOCKED_PROBE_MILLIS, true);
        ask(wire);
      }
    } finally {
      wires.remove(way);
    }
  }

  private void warn(ServerInfo info) {
    info.requireStreams();
    List<String> risks = info.risks();
    if (!risks.equals(warned)) {
      warned = risks;
      risks.forEach(LOG::warn);
    }
  }

  private void ask(Wire wire) {
    suspected = false;
    String now = null;
    try {
      wire.ask(probe);
    } catch (JedisDataException e) {
      if (!RedisErrors.isFull(e)) {
        throw e;
      }
      now = RedisErrors.reason(e);
    }
    boolean news = (now == null) != (blocked == null);
    blocked = now;
    if (news) {
      signal(true);
    }
  }

  private void down(String why, Exception e) {
    boolean was = server != null;
    boolean news = !why.equals(reason);
    server = null;
    blocked = null;
    reason = why;
    if (closed) {
      return;
    }
    if (was || news) {
      LOG.warn("No connection to Redis, trying again: {}", why);
    }
    LOG.debug("The whole failure", e);
    signal(true);
  }

  private void breakWires() {
    wires.forEach(Wire.Socketry::breakOff);
    wires.clear();
  }

  private void pause(long millis, boolean whileTrusted) {
    long left = TimeUnit.MILLISECONDS.toNanos(millis);
    lock.lock();
    try {
      while (left > 0 && !closed && !(whileTrusted && suspected)) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; should somebody, a flag that stays set would make it spin.
      LOG.debug("An interrupt ended a wait", e);
    } finally {
      lock.unlock();
    }
  }

  private void signal(boolean news) {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (news) {
      watchers.forEach(Runnable::run);
    }
  }

  /** Ends every wire and the thread. */
  void close() {
    closed = true;
    signal(true);
    breakWires();
    try {
      thread.join(PROBE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

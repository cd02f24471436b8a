package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.Connection;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.support.Backoff;
import io.postbus.spi.support.DaemonThreads;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection that is always being mended, for ever. A thread of its own connects, declares
 * again what was declared and waits for the end of the connection. Thread-safe.
 */
final class RabbitLink {
  /** What is done with a connection before anybody else has it. */
  interface Preparation {
    void prepare(Connection c) throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(RabbitLink.class);
  private static final int GOODBYE_MILLIS = 700;

  private final String purpose;
  private final RabbitConnector connector;
  private final List<Preparation> preparations = new CopyOnWriteArrayList<>();
  private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
  private final Queue<Preparation> errands = new ConcurrentLinkedQueue<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;
  private volatile @Nullable Connection connection;
  private volatile @Nullable Socket socket;
  private volatile @Nullable String blocked;
  private volatile String reason = "not connected yet";
  private volatile boolean closed;

  RabbitLink(String purpose, String threadName, RabbitConnector connector) {
    this.purpose = purpose;
    this.connector = connector;
    this.thread = DaemonThreads.named(this::run, threadName + "-" + purpose);
  }

  void start() {
    thread.start();
  }

  /** Done on the link's thread with every connection from now on, in the order of these calls. */
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

  /** Done on the link's thread as soon as there is a connection; dropped if that fails. */
  void soon(Preparation errand) {
    errands.add(errand);
    signal();
  }

  /** The connection if it stands, blocked or not. */
  @Nullable Connection connection() {
    Connection c = connection;
    return c != null && c.isOpen() ? c : null;
  }

  /** Where what is written to the connection gathers. */
  Gathering gathering() {
    return GatheringSocket.of(socket);
  }

  /** What comes by the connection. */
  Arriving arriving() {
    return GatheringSocket.from(socket);
  }

  /** Why the broker takes nothing from publishers at the moment, or null if it does. */
  @Nullable String blocked() {
    return blocked;
  }

  ConnectionState state() {
    if (connection() == null) {
      return ConnectionState.DOWN;
    }
    return blocked == null ? ConnectionState.CONNECTED : ConnectionState.BLOCKED;
  }

  /** What is the matter, in words; empty when nothing is. */
  String reason() {
    String b = blocked;
    if (connection() != null) {
      return b == null ? "" : "RabbitMQ takes nothing from publishers: " + b;
    }
    return reason;
  }

  boolean isClosed() {
    return closed;
  }

  /** Waits for a connection; null if none stands by then or the link was closed. */
  @Nullable Connection await(long limitNanos) throws InterruptedException {
    long left = limitNanos;
    lock.lockInterruptibly();
    try {
      Connection c = connection();
      while (c == null && !closed && left > 0) {
        left = changed.awaitNanos(left);
        c = connection();
      }
      return closed ? null : c;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    Backoff backoff = new Backoff();
    while (!closed) {
      Connection c = null;
      try {
        c = connector.connect(purpose, s -> socket = s);
        for (Preparation p : preparations) {
          p.prepare(c);
        }
        up(c);
        backoff.reset();
        stay(c);
      } catch (IOException | RuntimeException e) {
        down(RabbitErrors.reason(e), e);
      } finally {
        if (c != null) {
          c.abort(GOODBYE_MILLIS);
        }
      }
      pause(backoff);
    }
  }

  private void up(Connection c) {
    c.addBlockedListener(this::block, () -> block(null));
    c.addShutdownListener(cause -> signal());
    connection = c;
    LOG.info("Connected to RabbitMQ at {} for {}", c.getAddress(), purpose);
    signal();
  }

  private void block(@Nullable String why) {
    blocked = why;
    signal();
  }

  /** Runs errands until the connection ends. */
  private void stay(Connection c) throws IOException {
    while (c.isOpen() && !closed) {
      Preparation errand = errands.poll();
      if (errand != null) {
        errand.prepare(c);
      } else {
        waitForChange(TimeUnit.SECONDS.toMillis(1), () -> errands.isEmpty() && c.isOpen());
      }
    }
    if (c.getCloseReason() != null) {
      throw c.getCloseReason();
    }
  }

  private void down(String why, Exception e) {
    boolean was = connection != null;
    boolean news = !why.equals(reason);
    connection = null;
    blocked = null;
    reason = why;
    if (closed) {
      return;
    }
    if (was || news) {
      LOG.warn("No connection to RabbitMQ for {}, trying again: {}", purpose, why);
    }
    LOG.debug("The whole failure", e);
    signal();
  }

  private void pause(Backoff backoff) {
    waitForChange(backoff.next().toMillis(), () -> !closed);
  }

  private void waitForChange(long millis, BooleanSupplier goOn) {
    long left = TimeUnit.MILLISECONDS.toNanos(millis);
    lock.lock();
    try {
      while (left > 0 && !closed && goOn.getAsBoolean()) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; should somebody, a flag that stays set would make it spin.
      LOG.debug("An interrupt ended a wait", e);
    } finally {
      lock.unlock();
    }
  }

  private void signal() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    watchers.forEach(Runnable::run);
  }

  /**
   * Ends the connection and the thread, politely for a second, then by breaking the socket: a
   * broker that reads nothing keeps writers, and whoever waits for them, until then.
   */
  void close(Executor background) {
    closed = true;
    signal();
    join(2 * GOODBYE_MILLIS);
    Socket s = socket;
    if (thread.isAlive() && s != null) {
      background.execute(() -> breakOff(s));
      join(GOODBYE_MILLIS);
    }
  }

  private void join(long millis) {
    try {
      thread.join(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void breakOff(Socket s) {
    try {
      // With a linger time TLS does not wait for the lock of a writer that is stuck.
      s.setSoLinger(true, 0);
      s.close();
    } catch (IOException e) {
      LOG.debug("A socket to RabbitMQ could not be closed", e);
    }
  }
}

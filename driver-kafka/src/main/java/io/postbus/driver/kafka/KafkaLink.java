package io.postbus.driver.kafka;

import io.postbus.spi.BusException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.support.DaemonThreads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the cluster from a thread of its own: Kafka's clients mend their connections themselves
 * and tell nobody. Thread-safe.
 */
final class KafkaLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaLink.class);

  /** How long the broker may take for what this thread asks. */
  static final Duration ANSWER = Duration.ofSeconds(2);

  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final KafkaCalls calls;
  private final MinIsr pressure;
  private final String servers;
  private final List<Runnable> onConnect = new CopyOnWriteArrayList<>();
  private final List<Runnable> onChange = new CopyOnWriteArrayList<>();
  private final List<Runnable> onTurn = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile State state = new State(ConnectionState.DOWN, "not connected yet");
  private volatile @Nullable String cluster;
  private final AtomicInteger life = new AtomicInteger();
  private volatile boolean closed;

  /** The connection's state and the reason of it. */
  record State(ConnectionState is, String why) {}

  KafkaLink(KafkaCalls calls, MinIsr pressure, KafkaSettings settings, String threadName) {
    this.calls = calls;
    this.pressure = pressure;
    this.servers = String.join(",", settings.servers());
    this.thread = DaemonThreads.named(this::run, threadName);
  }

  void start() {
    thread.start();
  }

  /** To be done whenever a connection returns, before anybody hears of it. */
  void onConnect(Runnable action) {
    onConnect.add(action);
  }

  void onChange(Runnable action) {
    onChange.add(action);
  }

  /** To be done every second while there is a connection. */
  void onTurn(Runnable action) {
    onTurn.add(action);
  }

  State state() {
    return state;
  }

  boolean connected() {
    return state.is() != ConnectionState.DOWN;
  }

  /** Grows with every new cluster behind the same address: of the old one nothing is left. */
  int life() {
    return life.get();
  }

  /** The cluster has lost what it had, though it is called as before. Only the link's thread. */
  void lost() {
    LOG.warn("Topics at {} are not those of before: what the cluster lacks is made", servers);
    life.incrementAndGet();
    onConnect.forEach(Runnable::run);
  }

  /** Looks at once. */
  void nudge() {
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!closed) {
      State now = look();
      if (!closed && !now.equals(state)) {
        LOG.debug("Kafka at {} is {} {}", servers, now.is(), now.why());
        state = now;
        onChange.forEach(Runnable::run);
      }
      LockSupport.parkNanos(
          this, now.is() == ConnectionState.CONNECTED ? INTERVAL_NANOS : SOON_NANOS);
    }
  }

  private State look() {
    try {
      String found =
          calls.call(
              "Asking for the cluster",
              ANSWER,
              talk -> {
                int millis = (int) ANSWER.toMillis();
                DescribeClusterResult asked =
                    talk.admin().describeCluster(new DescribeClusterOptions().timeoutMs(millis));
                talk.answer(asked.nodes());
                return talk.answer(asked.clusterId());
              });
      if (!connected() || !found.equals(cluster)) {
        if (cluster != null && !found.equals(cluster)) {
          LOG.warn("Behind {} is another cluster than before: what it lacks is made", servers);
          life.incrementAndGet();
        }
        cluster = found;
        onConnect.forEach(Runnable::run);
      }
      onTurn.forEach(Runnable::run);
      String blocked = pressure.why();
      return blocked == null
          ? new State(ConnectionState.CONNECTED, "")
          : new State(ConnectionState.BLOCKED, blocked);
    } catch (BusException e) {
      return new State(
          ConnectionState.DOWN,
          "no broker answers at " + servers + ": " + KafkaErrors.reason(root(e)));
    } catch (RuntimeException e) {
      LOG.error("Watching Kafka failed", e);
      return new State(ConnectionState.DOWN, KafkaErrors.reason(e));
    }
  }

  private static Throwable root(Throwable e) {
    return e.getCause() == null ? e : e.getCause();
  }

  @Override
  public void close() {
    closed = true;
    nudge();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

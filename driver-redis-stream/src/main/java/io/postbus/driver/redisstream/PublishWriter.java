package io.postbus.driver.redisstream;

import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.PublishException;
import io.postbus.spi.Quantities;
import io.postbus.spi.support.DaemonThreads;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The thread that writes a producer's messages, so that no sender is ever held by a socket, on one
 * connection to each node. It opens them, and opens them again, and then first writes what was not
 * answered; while there is no server, or it takes nothing, messages wait here, until {@link #sweep}
 * ends them.
 */
final class PublishWriter {
  private static final Logger LOG = LoggerFactory.getLogger(PublishWriter.class);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** So long what comes gathers at most while answers are awaited. */
  private static final long GATHER_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  /** So many are sent together at most, before those that wait at the server get their answers. */
  private static final int BATCH = 128;

  private static final byte[] NO_KEY = new byte[0];

  private final RedisLink link;
  private final ProducerSpec spec;
  private final RedisSettings settings;
  private final String threadName;
  private final boolean rapid;
  private final Queue<Outgoing> waiting = new ConcurrentLinkedQueue<>();

  /** What goes before everything that waits: it was written once. */
  private final Deque<Outgoing> again = new ConcurrentLinkedDeque<>();

  private final Map<HostAndPort, PublishLane> lanes = new ConcurrentHashMap<>();

  /**
   * The connection of each slot, which keeps it until that connection is lost and what it has not
   * answered is back here: whoever else finds out first that a slot is elsewhere, nothing goes
   * there before what was written earlier.
   */
  private final Map<Integer, PublishLane> bySlot = new HashMap<>();

  private final Thread thread;
  private final Runnable watcher = this::disturb;

  /** Something about the server or a connection may have changed. */
  private volatile boolean disturbed;

  private volatile boolean idle;

  /** What comes waits for the answers to what has gone, and then goes together. */
  private volatile boolean gathering;

  private volatile boolean done;
  private @Nullable RedisServer server;

  PublishWriter(RedisLink link, ProducerSpec spec, RedisSettings settings, String threadName) {
    this.link = link;
    this.spec = spec;
    this.settings = settings;
    this.threadName = threadName;
    this.rapid = spec.confirm() == Confirm.RAPID;
    this.thread = DaemonThreads.named(this::run, threadName);
  }

  void start() {
    link.onChange(watcher);
    thread.start();
  }

  void enqueue(Outgoing o) {
    waiting.add(o);
    if (done) {
      o.failed(new ClosedException("The producer"));
    } else if (idle) {
      idle = false;
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    while (!done) {
      try {
        if (disturbed) {
          disturbed = false;
          collect();
        }
        RedisServer now = link.server();
        if (now == null || link.blocked() != null) {
          pause(false);
        } else {
          prepare(now);
          writeBatch(now);
        }
      } catch (JedisException e) {
        LOG.debug("Publishing was interrupted, it goes on with the next connection", e);
        suspect();
        disturbed = true;
        LockSupport.parkNanos(this, RETRY_NANOS);
      } catch (RuntimeException e) {
        LOG.error("Publishing failed in a way that was not foreseen; it goes on", e);
        disturbed = true;
        LockSupport.parkNanos(this, IDLE_NANOS);
      }
    }
    abandon();
    lanes.values().forEach(PublishLane::close);
  }

  /** Where there is one node only, its connection is there before the first message. */
  private void prepare(RedisServer now) {
    server = now;
    if (lanes.isEmpty() && !now.isCluster()) {
      open(now, now.nodeOf(NO_KEY));
    }
  }

  /** Takes back what lost connections have not answered. */
  private void collect() {
    lanes.values().removeIf(lane -> lane.isLost() && takenBack(lane));
  }

  private boolean takenBack(PublishLane lane) {
    Deque<Outgoing> unanswered = new ArrayDeque<>(lane.unanswered());
    while (!unanswered.isEmpty()) {
      again.addFirst(unanswered.removeLast());
    }
    bySlot.values().removeIf(l -> l == lane);
    suspect();
    if (lane.hasRefused()) {
      // While a slot moves nobody takes its messages, and the link asks why others are not taken.
      LockSupport.parkNanos(this, RETRY_NANOS);
    }
    return true;
  }

  /** The server may be gone, or only the slots of a cluster may be elsewhere. */
  private void suspect() {
    link.suspect();
    RedisServer known = server;
    if (known != null && known == link.server()) {
      try {
        known.refresh();
      } catch (JedisException e) {
        LOG.debug("The slots of the cluster could not be asked for", e);
      }
    }
  }

  private void writeBatch(RedisServer now) {
    if (again.isEmpty() && waiting.isEmpty()) {
      gather();
    }
    if (again.isEmpty() && waiting.isEmpty()) {
      pause(true);
      return;
    }
    PublishLane only = null;
    boolean several = false;
    try {
      for (int n = 0; n < BATCH && !disturbed; n++) {
        Outgoing next = next();
        if (next == null) {
          break;
        }
        PublishLane lane = lane(now, next);
        if (lane == null) {
          break;
        }
        several |= only != null && only != lane;
        only = lane;
        lane.write(next, rapid);
        taken(next);
      }
    } finally {
      push(only, several);
    }
  }

  private void push(@Nullable PublishLane only, boolean several) {
    if (several) {
      lanes.values().stream().filter(PublishLane::isOpen).forEach(PublishLane::push);
    } else if (only != null) {
      only.push();
    }
  }

  private @Nullable Outgoing next() {
    Outgoing o = again.peek();
    return o != null ? o : waiting.peek();
  }

  /** Not before it is written: it is always in one place at least where it is looked for. */
  private void taken(Outgoing o) {
    if (!again.remove(o)) {
      waiting.remove(o);
    }
  }

  /**
   * The connection to the node that has the stream; null while one that is ending has not ended.
   */
  private @Nullable PublishLane lane(RedisServer now, Outgoing o) {
    Integer slot = now.slotOf(o.stream);
    PublishLane lane = bySlot.get(slot);
    if (lane == null) {
      HostAndPort node = now.nodeOf(o.stream);
      lane = lanes.get(node);
      if (lane == null) {
        lane = open(now, node);
      }
      bySlot.put(slot, lane);
    }
    if (!lane.isOpen()) {
      pause(false);
      return null;
    }
    return lane;
  }

  private PublishLane open(RedisServer now, HostAndPort node) {
    PublishLane lane =
        new PublishLane(
            link.open(now, node),
            rapid ? 0 : settings.replicas(),
            settings.replicaTimeout().toMillis(),
            watcher,
            this::answered,
            threadName + "-answers");
    lanes.put(node, lane);
    lane.start();
    return lane;
  }

  /** A wakeup, a write and a read at the server cost more than a message, so many share them. */
  private void gather() {
    gathering = true;
    if (!disturbed && !done && lanes.values().stream().anyMatch(PublishLane::isAwaiting)) {
      LockSupport.parkNanos(this, GATHER_NANOS);
    }
    gathering = false;
  }

  private void answered() {
    if (gathering) {
      LockSupport.unpark(thread);
    }
  }

  private void pause(boolean untilSent) {
    idle = true;
    if (!disturbed && !done && (!untilSent || waiting.isEmpty())) {
      LockSupport.parkNanos(this, IDLE_NANOS);
    }
    idle = false;
  }

  private void disturb() {
    disturbed = true;
    LockSupport.unpark(thread);
  }

  /** Ends what is overdue, and connections that say nothing; called by a timer. */
  void sweep() {
    long now = System.nanoTime();
    waiting.removeIf(o -> o.overdue(now) && expire(o));
    again.removeIf(o -> o.overdue(now) && expire(o));
    BusException late = PublishException.unknown(late("was not confirmed"), null);
    for (PublishLane lane : lanes.values()) {
      lane.expire(now, late, false);
      lane.breakIfSilent(settings.access().timeout().plus(settings.replicaTimeout()).toNanos());
    }
  }

  private boolean expire(Outgoing o) {
    o.failed(
        o.written()
            ? PublishException.unknown(late("was not confirmed"), null)
            : PublishException.rejected(late("was not sent"), null));
    return true;
  }

  /** That it took too long, and what the connection has to say about that. */
  String late(String what) {
    String reason = link.reason();
    return "The message %s within %s%s"
        .formatted(what, Quantities.write(spec.timeout()), reason.isEmpty() ? "" : ": " + reason);
  }

  /** Whether every message has ended. */
  boolean isSettled() {
    return waiting.isEmpty()
        && again.isEmpty()
        && lanes.values().stream().allMatch(PublishLane::isSettled);
  }

  void close() {
    done = true;
    abandon();
    link.forget(watcher);
    LockSupport.unpark(thread);
  }

  private void abandon() {
    BusException unknown =
        PublishException.unknown("The producer was closed before the confirmation", null);
    waiting.forEach(o -> o.failed(unknown));
    again.forEach(o -> o.failed(unknown));
    long now = System.nanoTime();
    lanes.values().forEach(lane -> lane.expire(now, unknown, true));
  }
}

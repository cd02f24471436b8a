package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.PublishException;
import io.postbus.spi.Quantities;
import io.postbus.spi.support.DaemonThreads;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes a producer's messages, so that no sender is ever held by a socket. It
 * opens the channels, and opens them again; while there is no connection, or the broker blocks it,
 * messages wait here, until {@link #sweep} ends them.
 */
final class PublishWriter {
  private static final Logger LOG = LoggerFactory.getLogger(PublishWriter.class);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** So many messages go to the socket at a time, if there are as many. */
  private static final int TOGETHER = 32;

  private final RabbitLink link;
  private final ProducerSpec spec;
  private final Queue<Outgoing> waiting = new ConcurrentLinkedQueue<>();
  private final KnownExchanges exchanges;
  private final PublishLane[] lanes;
  private final Thread thread;
  private final Runnable watcher = this::disturb;

  /** Something about the connection or a channel may have changed. */
  private volatile boolean disturbed;

  private volatile boolean idle;
  private volatile boolean done;

  /** Where what the lanes write gathers, and how many messages did since it was sent. */
  private Gathering gathering = Gathering.NONE;

  private int gathered;

  PublishWriter(
      RabbitLink link,
      KnownExchanges exchanges,
      ProducerSpec spec,
      int channels,
      boolean quorum,
      String threadName) {
    this.link = link;
    this.exchanges = exchanges;
    this.spec = spec;
    this.lanes = new PublishLane[spec.confirm() == Confirm.CONFIRMED ? channels : 1];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = new PublishLane(spec.confirm(), quorum, spec.window(), exchanges, watcher);
    }
    this.thread = DaemonThreads.named(this::run, threadName);
  }

  void start() {
    link.onChange(watcher);
    thread.start();
  }

  /** The channel for all that goes to this destination. */
  PublishLane lane(String destination) {
    int hash = destination.hashCode();
    return lanes[Math.floorMod(hash ^ (hash >>> 16), lanes.length)];
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
    boolean changed = true;
    while (!done) {
      try {
        changed |= disturbed;
        disturbed = false;
        Connection c = link.connection();
        if (c == null || link.blocked() != null) {
          pause(false);
        } else if (changed) {
          open(c);
          changed = false;
        } else {
          writeNext(c);
        }
      } catch (IOException | ShutdownSignalException e) {
        LOG.debug("Publishing was interrupted, it goes on with the next channel", e);
        changed = true;
        LockSupport.parkNanos(this, RETRY_NANOS);
      } catch (RuntimeException e) {
        LOG.error("Publishing failed in a way that was not foreseen; it goes on", e);
        changed = true;
        LockSupport.parkNanos(this, IDLE_NANOS);
      }
    }
    abandon();
    for (PublishLane lane : lanes) {
      lane.close();
    }
  }

  /** Opens again what was lost; what it had not confirmed is then already written again. */
  private void open(Connection c) throws IOException {
    gathering = link.gathering();
    for (PublishLane lane : lanes) {
      if (!lane.isOpen()) {
        lane.open(c, gathering);
      }
    }
  }

  private void writeNext(Connection c) throws IOException {
    Outgoing next = waiting.peek();
    if (next == null) {
      pause(true);
    } else if (next.ended() || !exchanges.admit(c, next)) {
      waiting.remove(next);
    } else {
      try {
        next.lane.write(next);
      } finally {
        // Not before: it is always in one place at least where it is looked for.
        waiting.remove(next);
      }
      if (++gathered >= TOGETHER) {
        send();
      }
    }
  }

  private void send() throws IOException {
    gathered = 0;
    gathering.send();
  }

  private void pause(boolean untilSent) throws IOException {
    send();
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

  /** Ends what is overdue; called by a timer. */
  void sweep() {
    long now = System.nanoTime();
    waiting.removeIf(o -> o.overdue(now) && expire(o));
    for (PublishLane lane : lanes) {
      for (Outgoing o : lane.unconfirmed().all()) {
        if (o.overdue(now)) {
          expire(o);
        }
      }
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
    boolean settled = waiting.isEmpty();
    for (PublishLane lane : lanes) {
      settled &= lane.unconfirmed().isEmpty();
    }
    return settled;
  }

  /** Returns when what was published rapidly has arrived, as far as that can be known. */
  void awaitRapid(long limitNanos) throws InterruptedException {
    for (PublishLane lane : lanes) {
      lane.awaitRapid(limitNanos);
    }
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
    for (PublishLane lane : lanes) {
      lane.fail(unknown);
    }
  }
}

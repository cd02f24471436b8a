package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.PublishException;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes through one thread of its own, so that no sender is ever held by a socket: senders only
 * wait for a place in the window, and each message ends by its deadline whatever the connection
 * does. Messages of a key, and those without one to a destination, share a channel. Thread-safe.
 */
final class RabbitProducer implements Producer {
  private static final Logger LOG = LoggerFactory.getLogger(RabbitProducer.class);
  private static final Duration SWEEP = Duration.ofMillis(50);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int ALL = 1 << 30;

  private final RabbitLink link;
  private final RabbitNames names;
  private final ProducerSpec spec;
  private final Runnable onClose;
  private final Semaphore window;
  private final Queue<Outgoing> waiting = new ConcurrentLinkedQueue<>();
  private final PublishLane[] lanes;
  private final Thread writer;
  private final ScheduledFuture<?> sweeper;
  private final Runnable watcher = this::disturb;

  private final AtomicBoolean closed = new AtomicBoolean();

  /** Something about the connection may have changed. */
  private volatile boolean disturbed = true;

  private volatile boolean idle;
  private volatile boolean done;

  RabbitProducer(
      RabbitLink link,
      RabbitNames names,
      ProducerSpec spec,
      int channels,
      String threadName,
      ScheduledExecutorService timer,
      java.util.function.Consumer<RabbitProducer> onClose) {
    this.link = link;
    this.names = names;
    this.spec = spec;
    this.onClose = () -> onClose.accept(this);
    this.window = new Semaphore(spec.window());
    this.lanes = new PublishLane[spec.confirm() == Confirm.CONFIRMED ? channels : 1];
    KnownExchanges exchanges = new KnownExchanges();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = new PublishLane(spec.confirm(), spec.window(), exchanges, watcher);
    }
    this.writer = DaemonThreads.named(this::run, threadName);
    this.sweeper =
        timer.scheduleWithFixedDelay(
            this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
  }

  void start() {
    link.onChange(watcher);
    writer.start();
  }

  @Override
  public CompletionStage<Void> send(Destination to, Message m) {
    long deadline = System.nanoTime() + spec.timeout().toNanos();
    try {
      String exchange = to instanceof Destination.ToTopic ? names.topic(to.name()) : "";
      String key = exchange.isEmpty() ? names.group(to.name()) : m.type();
      BasicProperties properties = MessageWriter.properties(to, m, spec.confirm());
      if (!window.tryAcquire()
          && !window.tryAcquire(spec.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
        return failed(PublishException.rejected(late("found no room in the window"), null));
      }
      return enqueue(
          new Outgoing(exchange, key, properties, m.payload(), lane(to, m), deadline, window));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(PublishException.rejected("The sender was interrupted", e));
    } catch (RuntimeException e) {
      return failed(
          PublishException.refused("The message cannot be published: " + e.getMessage(), e));
    }
  }

  private CompletionStage<Void> enqueue(Outgoing o) {
    if (closed.get()) {
      o.failed(new ClosedException("The producer"));
      return o;
    }
    waiting.add(o);
    if (done) {
      o.failed(new ClosedException("The producer"));
    }
    if (idle) {
      idle = false;
      LockSupport.unpark(writer);
    }
    return o;
  }

  /** Hands over what may as well be lost: without waiting, and only if there is room. */
  void offer(String exchange, String routingKey, BasicProperties properties, byte[] body) {
    if (link.connection() != null && !closed.get() && window.tryAcquire()) {
      long deadline = System.nanoTime() + spec.timeout().toNanos();
      CompletionStage<Void> ignored =
          enqueue(new Outgoing(exchange, routingKey, properties, body, lanes[0], deadline, window));
    }
  }

  private PublishLane lane(Destination to, Message m) {
    int hash = (m.key() == null ? to.name() : m.key()).hashCode();
    return lanes[Math.floorMod(hash ^ (hash >>> 16), lanes.length)];
  }

  private static CompletionStage<Void> failed(BusException e) {
    return CompletableFuture.failedFuture(e);
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
      }
    }
    abandon();
    for (PublishLane lane : lanes) {
      lane.close();
    }
  }

  /** Opens again what was lost; what it had not confirmed is then already written again. */
  private void open(Connection c) throws IOException {
    for (PublishLane lane : lanes) {
      if (!lane.isOpen()) {
        lane.open(c);
      }
    }
  }

  private void writeNext(Connection c) throws IOException {
    Outgoing next = waiting.peek();
    if (next == null) {
      pause(true);
      return;
    }
    try {
      next.lane.write(c, next);
    } finally {
      // It stays in the queue until then, where the limit of time finds it.
      waiting.remove(next);
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
    LockSupport.unpark(writer);
  }

  private void sweep() {
    long now = System.nanoTime();
    waiting.removeIf(o -> o.overdue(now) && expire(o));
    for (PublishLane lane : lanes) {
      lane.unconfirmed()
          .each(
              o -> {
                if (o.overdue(now)) {
                  expire(o);
                }
              });
    }
  }

  private boolean expire(Outgoing o) {
    o.failed(
        o.written()
            ? PublishException.unknown(late("was not confirmed"), null)
            : PublishException.rejected(late("was not sent"), null));
    return true;
  }

  private String late(String what) {
    String reason = link.reason();
    return "The message %s within %s%s"
        .formatted(what, spec.timeout(), reason.isEmpty() ? "" : ": " + reason);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    // Whoever waits for room gets it, and then finds the producer closed.
    window.release(ALL);
    awaitConfirmations();
    sweeper.cancel(false);
    done = true;
    abandon();
    link.forget(watcher);
    LockSupport.unpark(writer);
    onClose.run();
  }

  private void abandon() {
    BusException unknown =
        PublishException.unknown("The producer was closed before the confirmation", null);
    waiting.forEach(o -> o.failed(unknown));
    for (PublishLane lane : lanes) {
      lane.unconfirmed().each(o -> o.failed(unknown));
    }
  }

  private void awaitConfirmations() {
    long deadline = System.nanoTime() + CLOSE_WAIT.toNanos();
    while (!settled() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(2));
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
    }
  }

  private boolean settled() {
    if (!waiting.isEmpty()) {
      return false;
    }
    for (PublishLane lane : lanes) {
      if (!lane.unconfirmed().isEmpty()) {
        return false;
      }
    }
    return true;
  }
}

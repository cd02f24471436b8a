package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.PublishException;
import io.postbus.spi.support.Window;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Hands messages to its {@link PublishWriter}; senders wait for a place in the window and for
 * nothing else. All messages to one destination share a channel, so all of them keep their order:
 * to spread the keys of one destination over channels costs the broker more than it gains, as they
 * meet again in one queue. Thread-safe.
 */
final class RabbitProducer implements Producer {
  private static final long SWEEP_MILLIS = 50;
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

  private final RabbitNames names;
  private final ProducerSpec spec;
  private final MessageWriter format;
  private final PublishWriter writer;
  private final Window window;
  private final ScheduledFuture<?> sweeper;
  private final Consumer<RabbitProducer> onClose;
  private final AtomicBoolean closed = new AtomicBoolean();

  RabbitProducer(
      RabbitNames names,
      ProducerSpec spec,
      MessageWriter format,
      PublishWriter writer,
      ScheduledExecutorService timer,
      Consumer<RabbitProducer> onClose) {
    this.names = names;
    this.spec = spec;
    this.format = format;
    this.writer = writer;
    this.window = new Window(spec.window());
    this.sweeper =
        timer.scheduleWithFixedDelay(
            writer::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    this.onClose = onClose;
  }

  @Override
  public CompletionStage<Void> send(Destination to, Message m) {
    long timeout = spec.timeout().toNanos();
    long deadline = System.nanoTime() + timeout;
    try {
      String exchange = to instanceof Destination.ToTopic ? names.topic(to.name()) : "";
      String key = exchange.isEmpty() ? names.group(to.name()) : m.type();
      BasicProperties properties = format.properties(to, m);
      PublishLane lane = writer.lane(to.name());
      if (!window.enter(m.payload().length, timeout)) {
        return failed(PublishException.rejected(writer.late("found no room in the window"), null));
      }
      return enqueue(
          new Outgoing(
              exchange, key, mandatory(to), properties, m.payload(), lane, deadline, window));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(PublishException.rejected("The sender was interrupted", e));
    } catch (RuntimeException e) {
      return failed(
          PublishException.refused("The message cannot be published: " + e.getMessage(), e));
    }
  }

  /** To be told that nobody took a message costs the broker a twelfth of what publishing does. */
  private boolean mandatory(Destination to) {
    boolean wanted = to instanceof Destination.ToTopic topic && topic.wanted();
    return spec.confirm() == ProducerSpec.Confirm.CONFIRMED && !wanted;
  }

  /** Hands over what may as well be lost: without waiting, and only if there is room. */
  void offer(String exchange, String routingKey, BasicProperties properties, byte[] body) {
    if (!closed.get() && window.tryEnter(body.length)) {
      long deadline = System.nanoTime() + spec.timeout().toNanos();
      PublishLane lane = writer.lane(exchange);
      CompletionStage<Void> ignored =
          enqueue(
              new Outgoing(exchange, routingKey, false, properties, body, lane, deadline, window));
    }
  }

  private CompletionStage<Void> enqueue(Outgoing o) {
    if (closed.get()) {
      o.failed(new ClosedException("The producer"));
    } else {
      writer.enqueue(o);
    }
    return o;
  }

  private static CompletionStage<Void> failed(BusException e) {
    return CompletableFuture.failedFuture(e);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      // Whoever waits for room gets it, and then finds the producer closed.
      window.close();
      awaitBroker(System.nanoTime() + CLOSE_WAIT.toNanos());
      sweeper.cancel(false);
      writer.close();
      onClose.accept(this);
    }
  }

  private void awaitBroker(long deadline) {
    try {
      while (!writer.isSettled() && System.nanoTime() - deadline < 0) {
        LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(2));
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
      writer.awaitRapid(deadline - System.nanoTime());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

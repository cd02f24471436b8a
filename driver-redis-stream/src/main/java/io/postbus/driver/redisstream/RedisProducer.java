package io.postbus.driver.redisstream;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.PublishException;
import io.postbus.spi.support.Window;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes commands of messages, on the sender's thread, and hands them to its {@link PublishWriter};
 * senders wait for a place in the window and for nothing else. Thread-safe.
 */
final class RedisProducer implements Producer {
  private static final long SWEEP_MILLIS = 50;
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

  private final RedisNames names;
  private final MessageWriter format;
  private final ProducerSpec spec;
  private final PublishWriter writer;
  private final Window window;
  private final ScheduledFuture<?> sweeper;
  private final Consumer<RedisProducer> onClose;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Where the last message went, as most go there again. */
  private volatile @Nullable StreamName lastTopic;

  RedisProducer(
      RedisNames names,
      MessageWriter format,
      ProducerSpec spec,
      PublishWriter writer,
      ScheduledExecutorService timer,
      Consumer<RedisProducer> onClose) {
    this.names = names;
    this.format = format;
    this.spec = spec;
    this.writer = writer;
    this.window = new Window(spec.window());
    this.sweeper =
        timer.scheduleWithFixedDelay(
            writer::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    this.onClose = onClose;
  }

  @Override
  public CompletionStage<Void> send(Destination to, Message m) {
    Outgoing.Stage stage = new Outgoing.Stage();
    send(to, m, stage);
    return stage;
  }

  @Override
  public void send(Destination to, Message m, Consumer<? super @Nullable Throwable> ended) {
    long timeout = spec.timeout().toNanos();
    long deadline = System.nanoTime() + timeout;
    try {
      if (!window.enter(m.payload().length, timeout)) {
        ended.accept(PublishException.rejected(writer.late("found no room in the window"), null));
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ended.accept(PublishException.rejected("The sender was interrupted", e));
      return;
    }
    Outgoing o;
    try {
      o = outgoing(to, m, deadline, ended);
    } catch (RuntimeException e) {
      window.leave(m.payload().length);
      ended.accept(
          PublishException.refused("The message cannot be published: " + e.getMessage(), e));
      return;
    }
    if (closed.get()) {
      o.failed(new ClosedException("The producer"));
    } else {
      writer.enqueue(o);
    }
  }

  private Outgoing outgoing(
      Destination to, Message m, long deadline, Consumer<? super @Nullable Throwable> ended) {
    if (to instanceof Destination.ToTopic) {
      byte[] stream = streamOf(to.name());
      return new Outgoing(
          stream,
          format.toTopic(stream, to.name(), m),
          "topic",
          m.payload().length,
          deadline,
          window,
          ended);
    }
    byte[] inbox = RedisNames.bytes(names.inbox(to.name()));
    String group = "group " + to.name();
    return new Outgoing(
        inbox, format.toGroup(inbox, m), group, m.payload().length, deadline, window, ended);
  }

  private byte[] streamOf(String topic) {
    StreamName last = lastTopic;
    if (last == null || !last.topic().equals(topic)) {
      last = new StreamName(topic, names.topic(topic));
      lastTopic = last;
    }
    return last.key();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      // Whoever waits for room gets it, and then finds the producer closed.
      window.close();
      awaitConfirmations();
      sweeper.cancel(false);
      writer.close();
      onClose.accept(this);
    }
  }

  private void awaitConfirmations() {
    long deadline = System.nanoTime() + CLOSE_WAIT.toNanos();
    while (!writer.isSettled()
        && System.nanoTime() - deadline < 0
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(2));
    }
  }
}

package io.postbus.driver.kafka;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.PublishException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages to Kafka's producer, which keeps their order through failures; senders wait for a
 * place in the window, and for what Kafka's producer waits for. Thread-safe.
 */
final class KafkaSender implements Producer {
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

  /**
   * Places in the window are given back by the eighth of it: one by one, each confirmation would
   * wake a sender that waits, and that would wait again. Who finds no place takes those kept back.
   */
  private static final int LOTS = 8;

  /** More than any window, and far from an overflow. */
  private static final int ROOM_FOR_ALL = 1 << 30;

  private final KafkaNames names;
  private final MessageWriter format;
  private final KnownTopics known;
  private final MinIsr pressure;
  private final ProducerSpec spec;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Semaphore window;
  private final int lot;
  private final AtomicInteger keptBack = new AtomicInteger();
  private final Consumer<KafkaSender> onClose;
  private final AtomicBoolean closed = new AtomicBoolean();

  KafkaSender(
      KafkaNames names,
      KnownTopics known,
      MinIsr pressure,
      ProducerSpec spec,
      ClientProperties properties,
      Consumer<KafkaSender> onClose) {
    this.names = names;
    this.format = new MessageWriter(properties.settings().attributes());
    this.known = known;
    this.pressure = pressure;
    this.spec = spec;
    this.producer =
        new KafkaProducer<>(
            properties.producer(spec), new ByteArraySerializer(), new ByteArraySerializer());
    this.window = new Semaphore(spec.window());
    this.lot = Math.max(1, spec.window() / LOTS);
    this.onClose = onClose;
  }

  @Override
  public CompletionStage<Void> send(Destination to, Message m) {
    try {
      boolean toTopic = to instanceof Destination.ToTopic;
      String topic = toTopic ? names.topic(to.name()) : names.inbox(to.name());
      if (closed.get()) {
        return failed(new ClosedException("The producer"));
      }
      if (!known.has(topic, spec.timeout())) {
        return failed(
            PublishException.unroutable(
                (toTopic ? "There is no topic " : "There is no group ") + to.name()));
      }
      boolean own = toTopic && to.name().equals(m.topic());
      return send(format.record(topic, null, m, own));
    } catch (ClosedException e) {
      return failed(e);
    } catch (ConnectionException e) {
      return failed(PublishException.rejected("The message was not sent: " + e.getMessage(), e));
    } catch (RuntimeException e) {
      return failed(
          PublishException.refused("The message cannot be published: " + e.getMessage(), e));
    }
  }

  /** Sends to a partition of a topic that is there. */
  CompletionStage<Void> send(String topic, int partition, Message m) {
    return send(format.record(topic, partition, m, false));
  }

  /** Sends a record to a topic that is there. */
  CompletionStage<Void> send(ProducerRecord<byte[], byte[]> record) {
    try {
      if (!window.tryAcquire() && !awaitPlace()) {
        return failed(
            PublishException.rejected(
                "The message found no room in the window within " + spec.timeout(), null));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(PublishException.rejected("The sender was interrupted", e));
    }
    Sent sent = new Sent(record.topic());
    if (closed.get()) {
      sent.fail(new ClosedException("The producer"));
      return sent;
    }
    try {
      var unused = producer.send(record, sent);
      sent.leaves();
    } catch (InterruptException e) {
      sent.fail(PublishException.rejected("The sender was interrupted", e));
    } catch (KafkaException | IllegalStateException e) {
      sent.fail(
          closed.get() ? new ClosedException("The producer") : KafkaErrors.unconfirmed(e, false));
    }
    return sent;
  }

  private boolean awaitPlace() throws InterruptedException {
    giveBack();
    return window.tryAcquire(spec.timeout().toNanos(), TimeUnit.NANOSECONDS);
  }

  private void giveBack() {
    window.release(keptBack.getAndSet(0));
  }

  private static CompletionStage<Void> failed(BusException e) {
    return CompletableFuture.failedFuture(e);
  }

  private static final AtomicIntegerFieldUpdater<Sent> ENDED =
      AtomicIntegerFieldUpdater.newUpdater(Sent.class, "ended");

  /** One send, completed on the producer's own thread. */
  private final class Sent extends CompletableFuture<Void> implements Callback {
    @SuppressWarnings("UnusedVariable") // ENDED reads it
    private volatile int ended;

    private final String topic;

    /** Whether it has been taken by Kafka's producer, and may be on its way. */
    private volatile boolean left;

    Sent(String topic) {
      this.topic = topic;
    }

    void leaves() {
      left = true;
      if (spec.confirm() == Confirm.RAPID && ends()) {
        complete(null);
      }
    }

    /** Gives up its place in the window; false if it has ended before. */
    private boolean ends() {
      if (!ENDED.compareAndSet(this, 0, 1)) {
        return false;
      }
      if (keptBack.incrementAndGet() >= lot) {
        giveBack();
      }
      return true;
    }

    @Override
    public void onCompletion(@Nullable RecordMetadata at, @Nullable Exception failure) {
      if (failure != null) {
        if (failure instanceof TimeoutException) {
          pressure.suspect(topic);
        }
        fail(KafkaErrors.unconfirmed(failure, left));
      } else if (ends()) {
        complete(null);
      }
    }

    void fail(BusException why) {
      if (ends()) {
        completeExceptionally(why);
      }
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      // Whoever waits for room gets it, and then finds the producer closed.
      window.release(ROOM_FOR_ALL);
      producer.close(CLOSE_WAIT);
      onClose.accept(this);
    }
  }
}

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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands messages to Kafka's producer, which keeps their order through failures; senders wait for a
 * place in the window, and for what Kafka's producer waits for. Thread-safe.
 */
final class KafkaSender implements Producer {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaSender.class);
  private static final String DOUBT =
      "The broker has confirmed a message of this producer's id, which another producer seems to have as well";
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

  /**
   * Places in the window are given back by the eighth of it: one by one, each confirmation would
   * wake a sender that waits, and that would wait again. Who finds no place takes those kept back.
   */
  private static final int LOTS = 8;

  /** In integers: two cache lines, which processors fetch together. */
  private static final int MIDDLE = 32;

  /** More than any window, and far from an overflow. */
  private static final int ROOM_FOR_ALL = 1 << 30;

  private final KafkaNames names;

  /** What topics that are there, or were, are called on the broker. */
  private final Map<String, String> topics = new ConcurrentHashMap<>();

  private final MessageWriter format;
  private final KnownTopics known;
  private final MinIsr pressure;
  private final ProducerSpec spec;
  private final ClientProperties properties;
  private final IntSupplier life;
  private volatile ProducerSession session;
  private final Semaphore window;
  private final int lot;

  /**
   * How many are kept back, in the middle of what it would share a cache line with: it changes with
   * each confirmation, and publishers read what would lie beside it.
   */
  private final AtomicIntegerArray keptBack = new AtomicIntegerArray(2 * MIDDLE);

  private final Consumer<KafkaSender> onClose;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Sends to the cluster.
   *
   * @param life grows whenever another cluster is found behind the address
   */
  KafkaSender(
      KafkaNames names,
      KnownTopics known,
      MinIsr pressure,
      ProducerSpec spec,
      ClientProperties properties,
      IntSupplier life,
      Consumer<KafkaSender> onClose) {
    this.names = names;
    this.format = new MessageWriter(properties.settings().attributes());
    this.known = known;
    this.pressure = pressure;
    this.spec = spec;
    this.properties = properties;
    this.life = life;
    this.session = open();
    this.window = new Semaphore(spec.window());
    this.lot = Math.max(1, spec.window() / LOTS);
    this.onClose = onClose;
  }

  @Override
  public CompletionStage<Void> send(Destination to, Message m) {
    Stage stage = new Stage();
    send(to, m, stage);
    return stage;
  }

  @Override
  public void send(Destination to, Message m, Consumer<? super @Nullable Throwable> ended) {
    try {
      if (closed.get()) {
        ended.accept(new ClosedException("The producer"));
        return;
      }
      boolean toTopic = to instanceof Destination.ToTopic;
      String topic = toTopic ? topic(to.name()) : inbox(to.name());
      if (topic == null) {
        ended.accept(
            PublishException.unroutable(
                (toTopic ? "There is no topic " : "There is no group ") + to.name()));
        return;
      }
      boolean own = toTopic && to.name().equals(m.topic());
      send(format.record(topic, null, m, own), ended);
    } catch (ClosedException e) {
      ended.accept(e);
    } catch (ConnectionException e) {
      ended.accept(PublishException.rejected("The message was not sent: " + e.getMessage(), e));
    } catch (RuntimeException e) {
      ended.accept(
          PublishException.refused("The message cannot be published: " + e.getMessage(), e));
    }
  }

  /** What the topic is called on the broker; null if there is none. */
  private @Nullable String topic(String name) {
    String found = topics.get(name);
    String topic = found == null ? names.topic(name) : found;
    if (!known.has(topic, spec.timeout())) {
      return null;
    }
    if (found == null) {
      topics.put(name, topic);
    }
    return topic;
  }

  private @Nullable String inbox(String group) {
    String inbox = names.inbox(group);
    return known.has(inbox, spec.timeout()) ? inbox : null;
  }

  /** Sends to a partition of a topic that is there. */
  CompletionStage<Void> send(String topic, int partition, Message m) {
    return send(format.record(topic, partition, m, false));
  }

  /** Sends a record to a topic that is there. */
  CompletionStage<Void> send(ProducerRecord<byte[], byte[]> record) {
    Stage stage = new Stage();
    send(record, stage);
    return stage;
  }

  private void send(
      ProducerRecord<byte[], byte[]> record, Consumer<? super @Nullable Throwable> ended) {
    try {
      if (!window.tryAcquire() && !awaitPlace()) {
        ended.accept(
            PublishException.rejected(
                "The message found no room in the window within " + spec.timeout(), null));
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ended.accept(PublishException.rejected("The sender was interrupted", e));
      return;
    }
    hand(record, session(), ended);
  }

  private void hand(
      ProducerRecord<byte[], byte[]> record,
      ProducerSession by,
      Consumer<? super @Nullable Throwable> ended) {
    Sent sent = new Sent(by, record.topic(), ended);
    if (closed.get()) {
      sent.end(new ClosedException("The producer"));
      return;
    }
    try {
      by.send(record, sent);
      sent.leaves();
    } catch (InterruptException e) {
      sent.end(PublishException.rejected("The sender was interrupted", e));
    } catch (KafkaException | IllegalStateException e) {
      ProducerSession now = session;
      if (closed.get()) {
        sent.end(new ClosedException("The producer"));
      } else if (now == by) {
        sent.end(KafkaErrors.unconfirmed(e, false));
      } else {
        // It was replaced on the way, and has not taken it.
        hand(record, now, ended);
      }
    }
  }

  private ProducerSession session() {
    ProducerSession now = session;
    return now.isOf(life.getAsInt()) ? now : renewed();
  }

  /** Gets an id of its own, if the one that it has may be another's; what is on its way fails. */
  void renew() {
    if (!session.isOf(life.getAsInt())) {
      ProducerSession unused = renewed();
    }
  }

  private ProducerSession renewed() {
    ProducerSession old;
    synchronized (this) {
      old = session;
      if (closed.get() || old.isOf(life.getAsInt())) {
        return old;
      }
      session = open();
    }
    LOG.info("A producer gets another id: the broker may take its messages for those of others");
    old.close(Duration.ZERO);
    return session;
  }

  private ProducerSession open() {
    return new ProducerSession(properties.producer(spec), life.getAsInt());
  }

  private boolean awaitPlace() throws InterruptedException {
    giveBack();
    return window.tryAcquire(spec.timeout().toNanos(), TimeUnit.NANOSECONDS);
  }

  private void giveBack() {
    window.release(keptBack.getAndSet(MIDDLE, 0));
  }

  private static final AtomicIntegerFieldUpdater<Sent> ENDED =
      AtomicIntegerFieldUpdater.newUpdater(Sent.class, "ended");

  /** One send, which ends on the producer's own thread. */
  private final class Sent implements Callback {
    @SuppressWarnings("UnusedVariable") // ENDED reads it
    private volatile int ended;

    private final ProducerSession by;
    private final String topic;
    private final Consumer<? super @Nullable Throwable> end;

    /** Who hands it to Kafka's producer, which is told on the same thread what is not taken. */
    private final Thread sender = Thread.currentThread();

    /** For the sender alone, which may be Kafka's own thread. */
    private boolean taken;

    Sent(ProducerSession by, String topic, Consumer<? super @Nullable Throwable> end) {
      this.by = by;
      this.topic = topic;
      this.end = end;
    }

    void leaves() {
      taken = true;
      if (spec.confirm() == Confirm.RAPID) {
        end(null);
      }
    }

    @Override
    public void onCompletion(@Nullable RecordMetadata at, @Nullable Exception failure) {
      if (failure == null) {
        end(by.isDoubtful() ? PublishException.unknown(DOUBT, null) : null);
      } else {
        by.refused(failure);
        if (failure instanceof TimeoutException) {
          pressure.suspect(topic);
        }
        end(KafkaErrors.unconfirmed(failure, hasLeft()));
      }
    }

    /** Whether it has been taken by Kafka's producer, and may be on its way. */
    private boolean hasLeft() {
      return Thread.currentThread() != sender || taken;
    }

    /** Gives up its place in the window; nothing if it has ended before. */
    void end(@Nullable BusException why) {
      if (ENDED.compareAndSet(this, 0, 1)) {
        if (keptBack.incrementAndGet(MIDDLE) >= lot) {
          giveBack();
        }
        end.accept(why);
      }
    }
  }

  /** What those get who want a stage. */
  private static final class Stage extends CompletableFuture<Void>
      implements Consumer<@Nullable Throwable> {
    @Override
    public void accept(@Nullable Throwable failure) {
      if (failure == null) {
        complete(null);
      } else {
        completeExceptionally(failure);
      }
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      // Whoever waits for room gets it, and then finds the producer closed.
      window.release(ROOM_FOR_ALL);
      session.close(CLOSE_WAIT);
      onClose.accept(this);
    }
  }
}

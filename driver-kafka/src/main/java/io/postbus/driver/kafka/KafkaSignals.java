package io.postbus.driver.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postbus.spi.Signals;
import io.postbus.spi.support.Backoff;
import io.postbus.spi.support.DaemonThreads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hints over a topic of one partition, which each driver reads from its end on. Thread-safe. */
final class KafkaSignals implements Signals, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaSignals.class);
  private static final int LONGEST = 1024;
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration LEAVE = Duration.ofMillis(100);
  private static final long QUIET_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long CLOSE_MILLIS = 2_000;

  private final KafkaLink link;
  private final String topic;
  private final ClientProperties properties;
  private final String threadName;
  private final Supplier<KafkaSender> sender;
  private final Map<String, List<Consumer<String>>> listeners = new ConcurrentHashMap<>();
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
  private @Nullable Thread thread;
  private volatile long quietUntil = System.nanoTime();
  private volatile boolean closed;

  KafkaSignals(
      KafkaLink link,
      KafkaNames names,
      ClientProperties properties,
      Supplier<KafkaSender> sender,
      String threadName) {
    this.link = link;
    this.topic = names.signals();
    this.properties = properties;
    this.sender = sender;
    this.threadName = threadName;
  }

  @Override
  public void send(String subject, String text) {
    byte[] body = text.getBytes(UTF_8);
    if (body.length > LONGEST) {
      LOG.warn("A signal on {} of {} bytes was dropped: 1 kB is the limit", subject, body.length);
    } else if (!closed && link.connected() && System.nanoTime() - quietUntil >= 0) {
      var unused =
          sender
              .get()
              .send(new ProducerRecord<>(topic, 0, subject.getBytes(UTF_8), body))
              .exceptionally(this::lost);
    }
  }

  /** One that cannot be sent has taken its time: those that follow are not to take it too. */
  private @Nullable Void lost(Throwable why) {
    quietUntil = System.nanoTime() + QUIET_NANOS;
    LOG.debug("A signal was lost", why);
    return null;
  }

  @Override
  public Listening listen(String subject, Consumer<String> listener) {
    List<Consumer<String>> all =
        listeners.computeIfAbsent(subject, s -> new CopyOnWriteArrayList<>());
    all.add(listener);
    begin();
    return () -> all.remove(listener);
  }

  private synchronized void begin() {
    if (thread == null && !closed) {
      thread = DaemonThreads.named(this::run, threadName);
      thread.start();
    }
  }

  private void run() {
    Backoff backoff = new Backoff();
    while (!closed) {
      if (link.connected()) {
        try {
          read();
        } catch (KafkaException | IllegalStateException e) {
          LOG.debug("Signals between nodes are not heard", e);
        }
      }
      if (!closed) {
        LockSupport.parkNanos(this, backoff.next().toNanos());
        backoff.reset();
      }
    }
  }

  private void read() {
    int life = link.life();
    KafkaConsumer<byte[], byte[]> c =
        new KafkaConsumer<>(
            properties.reader(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    try {
      consumer = c;
      List<TopicPartition> only = List.of(new TopicPartition(topic, 0));
      c.assign(only);
      c.seekToEnd(only);
      while (!closed && link.life() == life) {
        for (ConsumerRecord<byte[], byte[]> r : c.poll(POLL)) {
          hear(new String(r.key(), UTF_8), new String(r.value(), UTF_8));
        }
      }
    } catch (WakeupException e) {
      // Closed.
    } finally {
      consumer = null;
      c.close(CloseOptions.timeout(LEAVE));
    }
  }

  private void hear(String subject, String text) {
    for (Consumer<String> l : listeners.getOrDefault(subject, List.of())) {
      try {
        l.accept(text);
      } catch (RuntimeException failed) {
        LOG.error("A listener for signals on {} failed", subject, failed);
      }
    }
  }

  @Override
  public void close() {
    Thread reading;
    synchronized (this) {
      closed = true;
      reading = thread;
    }
    KafkaConsumer<byte[], byte[]> c = consumer;
    if (c != null) {
      c.wakeup();
    }
    if (reading != null) {
      LockSupport.unpark(reading);
      try {
        reading.join(CLOSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

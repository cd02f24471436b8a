package io.postbus.benchmarks;

import io.postbus.Bus;
import io.postbus.Consuming;
import io.postbus.Publish;
import io.postbus.PublishOptions;
import io.postbus.PublishResult;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.spi.Order;
import io.postbus.testbrokers.MariaDbBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Postbus at its defaults on any broker. */
final class PostbusClient implements Client {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Bus bus;

  PostbusClient(Map<String, ?> settings) {
    this.bus = Bus.builder().set(settings).open();
  }

  static PostbusClient memory() {
    return new PostbusClient(Map.of("driver", "memory", "store.type", "memory"));
  }

  static PostbusClient rabbit(String uri, String attributes) {
    return new PostbusClient(
        Map.of(
            "driver",
            "rabbitmq",
            "drivers.rabbitmq.uris",
            List.of(uri),
            "drivers.rabbitmq.attributes",
            attributes,
            "store.type",
            "memory"));
  }

  /** With a store that survives as much as the broker, as guaranteed messages need. */
  static PostbusClient rabbit(String uri, MariaDbBroker store) {
    return new PostbusClient(
        Map.of(
            "driver", "rabbitmq",
            "drivers.rabbitmq.uris", List.of(uri),
            "store.type", "jdbc",
            "store.url", store.jdbcUrl(),
            "store.username", store.username(),
            "store.password", store.password()));
  }

  static PostbusClient kafka(String servers, String attributes) {
    return new PostbusClient(
        Map.of(
            "driver",
            "kafka",
            "drivers.kafka.servers",
            servers,
            "drivers.kafka.attributes",
            attributes,
            "store.type",
            "memory"));
  }

  static PostbusClient kafka(String servers, MariaDbBroker store) {
    return new PostbusClient(
        Map.of(
            "driver",
            "kafka",
            "drivers.kafka.servers",
            servers,
            "store.type",
            "jdbc",
            "store.url",
            store.jdbcUrl(),
            "store.username",
            store.username(),
            "store.password",
            store.password()));
  }

  /** With a store on the same Redis. */
  static PostbusClient redisStore(String uri) {
    return new PostbusClient(
        Map.of(
            "driver",
            "redis-stream",
            "drivers.redis-stream.uris",
            List.of(uri),
            "store.type",
            "redis-stream",
            "store.uris",
            List.of(uri)));
  }

  static PostbusClient redis(String uri, String attributes) {
    return new PostbusClient(
        Map.of(
            "driver",
            "redis-stream",
            "drivers.redis-stream.uris",
            List.of(uri),
            "drivers.redis-stream.attributes",
            attributes,
            "store.type",
            "memory"));
  }

  @Override
  public void declare(String topic, List<String> groups, boolean ordered) throws Exception {
    for (String group : groups) {
      if (bus.groups().find(group).isEmpty()) {
        bus.subscribe(subscription(topic, group, ordered), d -> {}).close(GRACE);
      }
    }
  }

  @Override
  public void publish(Way way, Publication what) throws Exception {
    if (way == Way.BATCH) {
      Batches batches = new Batches();
      what.by(batches);
      batches.rest();
      return;
    }
    Singles singles =
        new Singles(
            switch (way) {
              case RAPID -> Publish.rapid();
              case GUARANTEED -> Publish.guaranteed();
              default -> Publish.confirmed();
            });
    what.by(singles);
    singles.finish();
  }

  @Override
  public AutoCloseable receive(
      String topic, String group, Way way, boolean ordered, Consumer<byte[]> to) {
    Subscription s = subscription(topic, group, ordered);
    Consuming consuming =
        way == Way.BATCH
            ? bus.subscribeBatch(s, batch -> batch.forEach(d -> to.accept(d.message().payload())))
            : bus.subscribe(s, d -> to.accept(d.message().payload()));
    return () -> consuming.close(GRACE);
  }

  private static Subscription subscription(String topic, String group, boolean ordered) {
    return Subscription.group(group)
        .topics(topic)
        .order(ordered ? Order.KEY : Order.NONE)
        // The usual one is longer than RabbitMQ lets a group with an order hold a delivery.
        .retry(RetrySchedule.inPlace(Duration.ofMillis(100)))
        .batch(HANDLE_BATCH, Duration.ofMillis(5));
  }

  @Override
  public void close() {
    bus.close(GRACE);
  }

  private static Message message(String topic, @Nullable String key, byte[] body) {
    return Message.builder(topic, "E").key(key).body(body).build();
  }

  /** One by one, without waiting. */
  private final class Singles implements Sending {
    private final LongAdder confirmed = new LongAdder();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final PublishOptions options;
    private long sent;

    Singles(PublishOptions options) {
      this.options = options;
    }

    @Override
    public void send(String topic, @Nullable String key, byte[] body) {
      sent++;
      CompletionStage<Void> unused =
          bus.publishAsync(message(topic, key, body), options).whenComplete(this::ended);
    }

    private void ended(@Nullable Void nothing, @Nullable Throwable error) {
      confirmed.increment();
      if (error != null) {
        failure.compareAndSet(null, error);
      }
    }

    void finish() throws Exception {
      long until = System.nanoTime() + LIMIT.toNanos();
      while (confirmed.sum() < sent) {
        if (System.nanoTime() - until > 0) {
          throw new TimeoutException("not confirmed");
        }
        LockSupport.parkNanos(100_000);
      }
      Throwable found = failure.get();
      if (found != null) {
        throw new IllegalStateException("a publication failed", found);
      }
    }
  }

  private final class Batches implements Sending {
    private final List<Message> batch = new ArrayList<>();

    @Override
    public void send(String topic, @Nullable String key, byte[] body) {
      batch.add(message(topic, key, body));
      if (batch.size() == PUBLISH_BATCH) {
        rest();
      }
    }

    void rest() {
      for (PublishResult result : bus.publishAll(List.copyOf(batch))) {
        result
            .error()
            .ifPresent(
                e -> {
                  throw new IllegalStateException("a publication failed", e);
                });
      }
      batch.clear();
    }
  }
}

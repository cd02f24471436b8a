package io.postbus.driver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Driver;
import io.postbus.spi.DriverContext;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.Received;
import io.postbus.spi.Settings;
import io.postbus.spi.Settlement;
import io.postbus.spi.Start;
import io.postbus.spi.TopicSpec;
import io.postbus.spi.TypeFilter;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.KafkaBroker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** A driver on a broker, with names of its own, and the broker's own client beside it. */
final class Scene implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final AtomicInteger SCENES = new AtomicInteger();

  final KafkaBroker broker;
  final String namespace = "scene-" + SCENES.incrementAndGet() + ".";
  final List<String> reports = new CopyOnWriteArrayList<>();
  final Admin admin;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private int nodes;

  Scene() {
    this(KafkaBroker.shared());
  }

  Scene(KafkaBroker broker) {
    this.broker = broker;
    admin = closing(Admin.create(Map.of("bootstrap.servers", broker.servers())));
  }

  /** A driver that is connected, with these settings over the broker's address. */
  Driver driver(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(Map.of("servers", broker.servers(), "partitions", 3));
    all.putAll(settings);
    Driver driver = closing(new KafkaProvider().open(Settings.of(all), new Context(++nodes)));
    Eventually.within(PATIENCE)
        .until("connected after " + reports, () -> reports.contains("CONNECTED "));
    return driver;
  }

  Driver driver() {
    return driver(Map.of());
  }

  <C extends AutoCloseable> C closing(C resource) {
    open.push(resource);
    return resource;
  }

  Group group(Order order, String... topics) {
    return new Group("group", Set.of(topics), TypeFilter.all(), order, Instant.now());
  }

  Group declared(Driver driver, Order order) {
    Group group = group(order, "topic");
    driver.topology().declare(group, Start.LATEST);
    return group;
  }

  static TopicSpec topic(String name, int partitions, @Nullable Duration retention) {
    return new TopicSpec(
        name, OptionalInt.of(partitions), OptionalInt.of(1), Optional.ofNullable(retention));
  }

  static Consumer consumer(Driver driver, Group group, int max, ConsumerListener listener) {
    return driver.consumer(new ConsumerSpec(group, max, Start.LATEST), listener);
  }

  static Consumer consumer(Driver driver, Group group, int max) {
    return consumer(driver, group, max, (gone, until) -> {});
  }

  static Producer producer(Driver driver) {
    return driver.producer(new ProducerSpec(Confirm.CONFIRMED, PATIENCE, 1_000));
  }

  static List<Message> messages(int count) {
    List<Message> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(Message.of("topic", "Type", new byte[10]).header("n", "" + i));
    }
    return all;
  }

  static List<String> ids(List<Message> messages) {
    return messages.stream().map(Message::id).toList();
  }

  static void publish(Producer producer, List<Message> messages) {
    List<CompletionStage<Void>> stages = new ArrayList<>();
    messages.forEach(m -> stages.add(producer.send(Destination.topic(m.topic()), m)));
    stages.forEach(Scene::confirmed);
  }

  static void confirmed(CompletionStage<Void> stage) {
    assertThat(stage.toCompletableFuture()).succeedsWithin(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  static List<Received> receive(Consumer consumer, int count) {
    List<Received> all = new ArrayList<>();
    Eventually.within(PATIENCE)
        .asserts(
            count + " deliveries",
            () -> {
              all.addAll(consumer.poll(count - all.size(), Duration.ofMillis(200)));
              assertThat(all).hasSize(count);
            });
    return all;
  }

  static void ack(Consumer consumer, List<Received> deliveries) {
    deliveries.forEach(d -> assertThat(consumer.settle(d, Settlement.ACK)).isTrue());
  }

  static List<String> idsOf(List<Received> deliveries) {
    return deliveries.stream().map(d -> d.message().id()).toList();
  }

  @Override
  public void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private final class Context implements DriverContext {
    private final int number;

    Context(int number) {
      this.number = number;
    }

    @Override
    public String name() {
      return "scene";
    }

    @Override
    public String namespace() {
      return namespace;
    }

    @Override
    public String node() {
      return "node-" + number;
    }

    @Override
    public InstantSource clock() {
      return InstantSource.system();
    }

    @Override
    public Duration callTimeout() {
      return Duration.ofSeconds(15);
    }

    @Override
    public void state(ConnectionState state, String reason) {
      reports.add(state + " " + reason);
    }
  }
}

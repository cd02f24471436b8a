package io.postbus.driver.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.BusException;
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
import io.postbus.spi.Start;
import io.postbus.spi.TypeFilter;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.RabbitBroker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A driver on a broker, with names of its own, and the broker's own client beside it. */
final class Scene implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final AtomicInteger SCENES = new AtomicInteger();

  final RabbitBroker broker;
  final String namespace;
  final List<String> reports = new CopyOnWriteArrayList<>();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  Scene(RabbitBroker broker) {
    this(broker, "");
  }

  /** With something behind its own namespace. */
  Scene(RabbitBroker broker, String more) {
    this.broker = broker;
    this.namespace = "scene-" + SCENES.incrementAndGet() + "." + more;
  }

  /** A driver that is connected, with these settings over the broker's address. */
  Driver driver(Map<String, Object> settings) {
    Driver driver = unconnected(settings);
    Eventually.within(PATIENCE)
        .until("connected after " + reports, () -> reports.contains("CONNECTED "));
    return driver;
  }

  Driver driver() {
    return driver(Map.of());
  }

  Driver unconnected(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(Map.of("uris", broker.uri().toString()));
    all.putAll(settings);
    return closing(new RabbitProvider().open(Settings.of(all), new Context()));
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

  Consumer consumer(Driver driver, Group group, int maxInFlight, ConsumerListener listener) {
    return driver.consumer(new ConsumerSpec(group, maxInFlight, Start.LATEST), listener);
  }

  Consumer consumer(Driver driver, Group group, int maxInFlight) {
    return consumer(driver, group, maxInFlight, (gone, until) -> {});
  }

  static Producer producer(Driver driver, Duration timeout) {
    return driver.producer(new ProducerSpec(Confirm.CONFIRMED, timeout, 1_000));
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
    stages.forEach(s -> assertThat(failure(s)).isNull());
  }

  /** What the stage failed with; null if it did not. */
  static @Nullable BusException failure(CompletionStage<Void> stage) {
    try {
      stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return null;
    } catch (ExecutionException e) {
      return (BusException) e.getCause();
    } catch (Exception e) {
      throw new AssertionError("The send has not ended", e);
    }
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

  static List<String> idsOf(List<Received> deliveries) {
    return deliveries.stream().map(d -> d.message().id()).toList();
  }

  /** What is done with the broker's own client. */
  interface Native<T> {
    T on(Channel channel) throws Exception;
  }

  <T> T natively(Native<T> call) {
    ConnectionFactory factory = new ConnectionFactory();
    try {
      factory.setUri(broker.uri());
      factory.setAutomaticRecoveryEnabled(false);
      try (Connection c = factory.newConnection("native")) {
        return call.on(c.createChannel());
      }
    } catch (Exception e) {
      throw new IllegalStateException("A native call failed", e);
    }
  }

  @Override
  public void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private final class Context implements DriverContext {
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
      return "node";
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

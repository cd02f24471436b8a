package io.postbus.driver.redisstream;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.postbus.spi.Outbound;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.Received;
import io.postbus.spi.Settings;
import io.postbus.spi.Settlement;
import io.postbus.spi.Start;
import io.postbus.spi.TypeFilter;
import io.postbus.tck.Eventually;
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
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Drivers on a server, and what is sent and received with them. */
final class Scene implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Map<String, Object> access;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /**
   * @param access the settings that lead to the server
   */
  Scene(Map<String, Object> access) {
    this.access = access;
  }

  /** A driver that is connected, with these settings over the address. */
  Driver driver(String node, Map<String, Object> settings) {
    List<String> reports = new CopyOnWriteArrayList<>();
    Driver driver = open(node, settings, reports);
    Eventually.within(PATIENCE)
        .until("connected after " + reports, () -> reports.contains("CONNECTED "));
    return driver;
  }

  /** Opens a driver and returns what it reports, now and later. */
  List<String> unconnected(Map<String, Object> settings) {
    List<String> reports = new CopyOnWriteArrayList<>();
    open("node", settings, reports);
    return reports;
  }

  private Driver open(String node, Map<String, Object> settings, List<String> reports) {
    Map<String, Object> all = new HashMap<>(access);
    all.putAll(settings);
    return closing(new RedisStreamProvider().open(Settings.of(all), new Context(node, reports)));
  }

  Driver driver(Map<String, Object> settings) {
    return driver("node", settings);
  }

  <C extends AutoCloseable> C closing(C resource) {
    open.push(resource);
    return resource;
  }

  static Group declared(Driver driver, String name, Order order, String... topics) {
    Group group = new Group(name, Set.of(topics), TypeFilter.all(), order, Instant.now());
    driver.topology().declare(group, Start.LATEST);
    return group;
  }

  static Consumer consumer(Driver driver, Group group, int maxInFlight) {
    ConsumerListener listener = (gone, until) -> {};
    return driver.consumer(new ConsumerSpec(group, maxInFlight, Start.LATEST), listener);
  }

  static Producer producer(Driver driver) {
    return driver.producer(new ProducerSpec(Confirm.CONFIRMED, PATIENCE, 1_000));
  }

  /** Numbered from 0 by their ids. */
  static List<Message> messages(String topic, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            n ->
                Message.builder(topic, "Type")
                    .id(topic + "-" + n)
                    .key("key-" + n % 10)
                    .body(new byte[100])
                    .build())
        .toList();
  }

  static void publish(Producer producer, List<Message> messages) {
    producer
        .send(messages.stream().map(m -> new Outbound(Destination.topic(m.topic()), m)).toList())
        .forEach(stage -> assertThat(failure(stage.toCompletableFuture())).isNull());
  }

  /** What the stage failed with; null if it did not. */
  static @Nullable BusException failure(CompletionStage<Void> stage) {
    try {
      stage.toCompletableFuture().get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
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

  /** Receives and acknowledges so many; returns their ids. */
  static List<String> drain(Consumer consumer, int count) {
    List<String> ids = new ArrayList<>();
    while (ids.size() < count) {
      List<Received> some = receive(consumer, Math.min(100, count - ids.size()));
      ack(consumer, some);
      some.forEach(d -> ids.add(d.message().id()));
    }
    return ids;
  }

  static void ack(Consumer consumer, List<Received> some) {
    some.forEach(d -> assertThat(consumer.settle(d, Settlement.ACK)).isTrue());
  }

  @Override
  public void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private record Context(String node, List<String> reports) implements DriverContext {
    @Override
    public String name() {
      return "scene";
    }

    @Override
    public String namespace() {
      return "scene.";
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

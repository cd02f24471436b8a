package io.postbus.driver.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

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
import io.postbus.spi.PublishException;
import io.postbus.spi.Received;
import io.postbus.spi.Settings;
import io.postbus.spi.Start;
import io.postbus.spi.TypeFilter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A driver on a broker, with what its context was told. */
final class Peer implements AutoCloseable, DriverContext {
  static final Duration SHORT = Duration.ofMillis(100);

  final Driver driver;
  final List<ConnectionState> states = new CopyOnWriteArrayList<>();
  final List<Received> revoked = new CopyOnWriteArrayList<>();
  private final InstantSource clock;

  Peer(String broker, Map<String, ?> settings, InstantSource clock) {
    this.clock = clock;
    Map<String, Object> all = new HashMap<>(settings);
    all.put("name", broker);
    this.driver = new MemoryDriverProvider().open(Settings.of(all), this);
  }

  Peer(String broker, Map<String, ?> settings) {
    this(broker, settings, InstantSource.system());
  }

  /** What the context was told last, or null. */
  @Nullable ConnectionState lastState() {
    ConnectionState last = null;
    for (ConnectionState s : states) {
      last = s;
    }
    return last;
  }

  /** Waits for a callback: those before it have been made, as they come in order. */
  void hearsASignal() throws Exception {
    CompletableFuture<String> heard = new CompletableFuture<>();
    try (AutoCloseable listening = driver.signals().listen("fence", heard::complete)) {
      assertThat(listening).isNotNull();
      driver.signals().send("fence", "");
      heard.get(20, TimeUnit.SECONDS);
    }
  }

  static Group group(String name, Order order, String... topics) {
    return new Group(name, Set.of(topics), TypeFilter.all(), order, Instant.EPOCH);
  }

  Group declare(String name, String... topics) {
    return declare(group(name, Order.NONE, topics));
  }

  Group declare(Group group) {
    driver.topology().declare(group, Start.LATEST);
    return group;
  }

  Consumer join(Group group, int maxInFlight) {
    ConsumerListener listener =
        new ConsumerListener() {
          @Override
          public void revoked(Collection<Received> gone, Instant drainUntil) {
            revoked.addAll(gone);
          }
        };
    return driver.consumer(new ConsumerSpec(group, maxInFlight, Start.LATEST), listener);
  }

  Producer producer(Duration timeout) {
    return driver.producer(new ProducerSpec(Confirm.CONFIRMED, timeout, 100));
  }

  /** Sends and waits until it is confirmed. */
  static void send(Producer producer, Message message) {
    end(producer, message).ifPresent(e -> fail("Not confirmed", e));
  }

  /** Sends and waits until it has failed. */
  static PublishException refusal(Producer producer, Message message) {
    return end(producer, message).orElseThrow(() -> new AssertionError("It was confirmed"));
  }

  private static Optional<PublishException> end(Producer producer, Message message) {
    try {
      var unused =
          producer.send(Destination.topic(message.topic()), message).toCompletableFuture().join();
      return Optional.empty();
    } catch (CompletionException e) {
      return Optional.ofNullable((PublishException) e.getCause());
    }
  }

  static Message message(String topic) {
    return Message.of(topic, "Counted", new byte[100]);
  }

  @Override
  public String name() {
    return "test";
  }

  @Override
  public String namespace() {
    return "";
  }

  @Override
  public String node() {
    return "node";
  }

  @Override
  public InstantSource clock() {
    return clock;
  }

  @Override
  public Duration callTimeout() {
    return Duration.ofSeconds(5);
  }

  @Override
  public void state(ConnectionState state, String reason) {
    states.add(state);
  }

  @Override
  public void close() {
    driver.close();
  }
}

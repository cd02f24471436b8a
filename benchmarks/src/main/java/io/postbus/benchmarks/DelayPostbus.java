package io.postbus.benchmarks;

import io.postbus.Bus;
import io.postbus.Publish;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.testbrokers.MariaDbBroker;
import io.postbus.testbrokers.RabbitBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Postbus at its defaults. */
final class DelayPostbus implements DelayClient {
  private static final String TOPIC = "delayed";
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Bus bus;

  DelayPostbus(MariaDbBroker database, RabbitBroker broker) {
    this.bus =
        Bus.builder()
            .set(
                Map.of(
                    "driver", "rabbitmq",
                    "drivers.rabbitmq.uris", List.of(broker.uri().toString()),
                    "store.type", "jdbc",
                    "store.url", database.jdbcUrl(),
                    "store.username", database.username(),
                    "store.password", database.password()))
            .open();
  }

  @Override
  public String name() {
    return "postbus";
  }

  @Override
  public void deliver(Consumer<byte[]> to) {
    bus.subscribe(
        Subscription.group("delayed-group").topics(TOPIC), d -> to.accept(d.message().payload()));
  }

  @Override
  public CompletionStage<Void> put(byte[] body, Instant due, Duration wait) {
    return bus.publishAsync(Message.of(TOPIC, "E", body), Publish.at(due));
  }

  @Override
  public void close() {
    bus.close(GRACE);
  }
}

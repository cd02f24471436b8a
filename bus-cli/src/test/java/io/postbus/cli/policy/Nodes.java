package io.postbus.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Bus;
import io.postbus.PublishResult;
import io.postbus.message.Message;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.RabbitBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** Nodes in this process, each with connections of its own, on RabbitMQ and one store. */
final class Nodes implements AutoCloseable {
  static final Eventually SOON = Eventually.within(Duration.ofSeconds(30));
  static final String TOPIC = "work";

  private final String namespace = UUID.randomUUID() + ".";
  private final Path folder;
  private final List<Bus> open = new ArrayList<>();

  Nodes(Path folder) {
    this.folder = folder;
  }

  /** One more, on the SQL store that all share. */
  Bus open() {
    return open("jdbc");
  }

  /** One more; a store of type memory is its own. */
  Bus open(String store) {
    var builder =
        Bus.builder()
            .set("driver", "rabbitmq")
            .set("drivers.rabbitmq.uris", List.of(RabbitBroker.shared().uri().toString()))
            .set("namespace", namespace)
            .set("store.type", store);
    if (store.equals("jdbc")) {
      builder.set("store.url", "jdbc:h2:file:" + folder.resolve("store") + ";AUTO_SERVER=TRUE");
    }
    Bus bus = builder.open();
    open.add(bus);
    return bus;
  }

  static void publish(Bus bus, int from, int to) {
    List<Message> messages =
        IntStream.range(from, to)
            .mapToObj(i -> Message.of(TOPIC, "Job", "" + i).key("k" + i % 40))
            .toList();
    assertThat(bus.publishAll(messages)).allMatch(PublishResult::published);
  }

  @Override
  public void close() {
    open.forEach(bus -> bus.close(Duration.ZERO));
  }
}
